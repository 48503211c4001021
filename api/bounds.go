package api

import (
	"regexp"

	"github.com/danielgtaylor/huma/v2"
)

// Bounds that hold wherever an operation names none of its own, for what is sent and for what is answered. Integers are those
// that every JSON reader can hold exactly (RFC 8259, section 6).
const (
	longestString = 200_000
	mostItems     = 10_000
	exactInteger  = 1<<53 - 1
)

// plainText is every string that Postgres can keep: none has the character U+0000.
const plainText = `^[^\x00]*$`

// bound gives every schema of the document its bounds, so that a reader knows how much to expect and how much it may send.
// huma holds requests against them.
func (a *API) bound() {
	doc := a.huma.OpenAPI()
	seen := map[*huma.Schema]bool{}
	for _, s := range doc.Components.Schemas.Map() {
		boundSchema(s, seen)
	}
	for _, r := range doc.Components.Responses {
		boundResponse(r, seen)
	}
	for _, p := range doc.Components.Parameters {
		boundSchema(p.Schema, seen)
	}
	for _, path := range doc.Paths {
		for _, o := range []*huma.Operation{path.Get, path.Post, path.Put, path.Patch, path.Delete} {
			if o == nil {
				continue
			}
			for _, p := range o.Parameters {
				boundSchema(p.Schema, seen)
			}
			if o.RequestBody != nil {
				for _, m := range o.RequestBody.Content {
					boundSchema(m.Schema, seen)
				}
			}
			for _, r := range o.Responses {
				boundResponse(r, seen)
			}
		}
	}
}

func boundResponse(r *huma.Response, seen map[*huma.Schema]bool) {
	if r.Ref != "" {
		return
	}
	if r.Headers == nil {
		r.Headers = map[string]*huma.Param{}
	}
	r.Headers[allowOrigin] = ownOrigin
	for _, h := range r.Headers {
		boundSchema(h.Schema, seen)
	}
	for _, m := range r.Content {
		boundSchema(m.Schema, seen)
	}
}

func boundSchema(s *huma.Schema, seen map[*huma.Schema]bool) {
	if s == nil || s.Ref != "" || seen[s] {
		return
	}
	seen[s] = true
	switch s.Type {
	case huma.TypeString:
		if len(s.Enum) > 0 {
			break
		}
		if s.MaxLength == nil {
			s.MaxLength = new(longestString)
		}
		if s.Format == "" && s.Pattern == "" {
			s.Pattern = patternOf(s)
		}
	case huma.TypeArray:
		if s.MaxItems == nil {
			s.MaxItems = new(mostItems)
		}
	case huma.TypeInteger:
		if s.Format == "" {
			s.Format = "int64"
		}
		if s.Minimum == nil && s.ExclusiveMinimum == nil {
			s.Minimum = new(float64(-exactInteger))
		}
		if s.Maximum == nil && s.ExclusiveMaximum == nil {
			s.Maximum = new(float64(exactInteger))
		}
	}
	boundSchema(s.Items, seen)
	boundSchema(s.Not, seen)
	for _, p := range s.Properties {
		boundSchema(p, seen)
	}
	if p, ok := s.AdditionalProperties.(*huma.Schema); ok {
		boundSchema(p, seen)
	}
	for _, all := range [][]*huma.Schema{s.OneOf, s.AnyOf, s.AllOf} {
		for _, p := range all {
			boundSchema(p, seen)
		}
	}
}

// patternOf is what every string of a schema looks like: a public id where its example is one, else text.
func patternOf(s *huma.Schema) string {
	for _, e := range s.Examples {
		if text, ok := e.(string); ok && publicID.MatchString(text) {
			return anyID // not of the example's kind alone: shared schemas hold ids of several
		}
	}
	return plainText
}

// anyID is what public ids look like, whatever they are of.
const anyID = `^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$`

var publicID = regexp.MustCompile(anyID)

// allowOrigin is the header by which browsers let other sites' pages read an answer (Fetch standard, CORS protocol). It names no
// other site: keys are for servers.
const allowOrigin = "Access-Control-Allow-Origin"

var ownOrigin = &huma.Header{Description: "The API's own address: pages of other sites can't read an answer, since keys don't belong into pages.",
	Schema: &huma.Schema{Type: huma.TypeString, Format: "uri"}}
