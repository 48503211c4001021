package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pitdesk/internal/fault"
)

// explained is what a problem's page says of its type.
type explained struct {
	Type   string
	Status int
	Means  string
	Do     string
}

// Title is the status in words.
func (e explained) Title() string { return http.StatusText(e.Status) }

// methodNotAllowed is the one type that is no fault's code: the mux finds it.
const methodNotAllowed = "method_not_allowed"

var meanings = map[fault.Code][2]string{
	fault.Malformed: {"The body can't be read: it isn't JSON, isn't UTF-8, broke off, or a header that says what the request is about is missing.",
		"Mend the request. Sent again as it is, it will answer the same."},
	fault.Unauthenticated: {"No key came with the request, or none that is good here: it is unknown, revoked, has run out, or comes from an address that it isn't for.",
		"Send a key of this desk as Authorization: Bearer …, from where it may be used."},
	fault.Forbidden: {"The key is known, but its role or its scopes don't allow this.", "Use a key with the role that the operation names and with the scope that the answer names."},
	fault.NotFound: {"There is nothing at this address for this key. What doesn't exist, what is somebody else's and what this key may not see answer alike.",
		"Look the id up again. Deleted things don't come back."},
	methodNotAllowed: {"The address is right, the method isn't.", "The header Allow names the methods that it has."},
	fault.Conflict:   {"Somebody was faster, or it is so already.", "Read the thing again and decide by what it is now."},
	fault.InFlight: {"The same request, with the same Idempotency-Key, is being answered at this moment.",
		"Send it again after the seconds in Retry-After: then the first answer comes, or the deed is done."},
	fault.Stale:       {"What If-Match names isn't there any more: somebody has changed the thing since it was read.", "Read it again, make the change again, and send it with the new ETag."},
	fault.TooLarge:    {"The body is larger than this operation takes.", "Send less. A body has 1 MB at most, a file 10 MB."},
	fault.Unsupported: {"The body is of a type that isn't taken here.", "Send JSON as application/json, changes as application/merge-patch+json, files as they are."},
	fault.Invalid:     {"The request was understood, but a value in it breaks a rule, or a member isn't known.", "The answer names the parts in errors. Mend them; sent again as it is, it will answer the same."},
	fault.KeyReused:   {"This Idempotency-Key came with another request in the last 24 hours.", "Make one key for each deed, and send it with that deed alone."},
	fault.NeedsMatch: {"This operation replaces what somebody else may be writing, so it wants to know what you have read.",
		"Read the thing, and send its ETag as If-Match."},
	fault.TooMany:     {"This key asks more often than it may, or waits in too many places.", "Wait the seconds in Retry-After. RateLimit tells beforehand how much is left."},
	fault.ReadOnly:    {"The desk takes nothing new at present. Everything can still be read.", "Those who run the casino know why: its settings say it."},
	fault.Suspended:   {"The desk is shut.", "Those who run the casino know why, and can still take its data along."},
	fault.NotInPlan:   {"The casino's plan doesn't have what was asked for. The answer names it.", "A larger plan has it."},
	fault.Internal:    {"Something failed on our side. We have been told.", "Send it again later. With an Idempotency-Key that is safe."},
	fault.Unavailable: {"The service can't answer for a moment.", "Send it again after the seconds in Retry-After. With an Idempotency-Key that is safe."},
}

// problemTypes are all types there are, by status.
func problemTypes() []explained {
	var all []explained
	for code, words := range meanings {
		status := code.Status()
		if code == methodNotAllowed {
			status = http.StatusMethodNotAllowed
		}
		all = append(all, explained{string(code), status, words[0], words[1]})
	}
	slices.SortFunc(all, func(a, b explained) int {
		if a.Status != b.Status {
			return a.Status - b.Status
		}
		return strings.Compare(a.Type, b.Type)
	})
	return all
}

//go:embed problem.css
var problemStyle string

//go:embed problem.gohtml
var problemText string

var problemTemplate = template.Must(template.New("problem").Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(problemStyle) }}).Parse(problemText)) // #nosec G203 -- our own text, compiled in

// problemPolicy lets a page have the one style that it carries, and nothing else.
var problemPolicy = func() string {
	sum := sha256.Sum256([]byte(problemStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}()

// problemPage answers /problems and /problems/{type}, to anyone: what a type of problem means and what to do about it. False: it is
// another address.
func problemPage(w http.ResponseWriter, r *http.Request) bool {
	name, ok := strings.CutPrefix(r.URL.Path, "/problems")
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	all := problemTypes()
	page := struct {
		One *explained
		All []explained
	}{All: all}
	if name = strings.Trim(name, "/"); name != "" {
		i := slices.IndexFunc(all, func(e explained) bool { return e.Type == name })
		if i < 0 {
			return false
		}
		page.One = &all[i]
	}
	var text bytes.Buffer
	if err := problemTemplate.Execute(&text, page); err != nil {
		panic("api: problem page: " + err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", "en")
	h.Set("Content-Security-Policy", problemPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	if r.Method == http.MethodGet {
		_, _ = w.Write(text.Bytes())
	}
	return true
}
