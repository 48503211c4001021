package api

// Level says whom an operation is about.
type Level string

// The levels.
const (
	OfCasino   Level = "casino"   // one casino: a reseller's key names it
	OfReseller Level = "reseller" // a reseller's own things, above its casinos
	OfEither   Level = "either"   // whichever the request is about
)

// Levels are the levels of all operations, by id.
func Levels() map[string]Level {
	all := map[string]Level{}
	for _, o := range New(Options{}).byPattern {
		switch {
		case o.either:
			all[o.ID] = OfEither
		case o.above:
			all[o.ID] = OfReseller
		default:
			all[o.ID] = OfCasino
		}
	}
	return all
}
