package web

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"pitdesk/desk/staff"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/views"
)

// readForm reads a posted form, or says that it can't be read.
func readForm(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Malformed, "This form can't be read.").Because(err)
	}
	return nil
}

// again shows a form once more with what is wrong with it, when err is something its reader can mend; any other error goes
// the common way. show is handed the sentence, and a field's name where one field is at fault.
func (s *Server) again(w http.ResponseWriter, r *http.Request, err error, show func(f views.Fault) templ.Component) error {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooMany, fault.NotInPlan:
	default:
		return err
	}
	if after := fault.Of(err).RetryAfter; after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int(after.Seconds()))))
	}
	return views.Render(w, r, fault.StatusOf(err), show(views.Fault{Field: fault.Of(err).Field, Sentence: i18n.Fault(r.Context(), err)}))
}

// from is where a request came from, for sessions and audit lines.
func from(r *http.Request) staff.From {
	id, address := requestOf(r.Context())
	return staff.From{Address: address, Browser: r.UserAgent(), RequestID: id}
}
