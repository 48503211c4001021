package site

import (
	"net/http"

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

// again shows a form once more when err is something its reader can mend; any other error goes the common way.
func (s *Site) again(w http.ResponseWriter, r *http.Request, err error, show func(f views.Fault) error) error {
	switch fault.CodeOf(err) {
	case fault.Invalid, fault.Conflict, fault.TooMany:
	default:
		return err
	}
	setRetry(w, err)
	return show(views.Fault{Field: fault.Of(err).Field, Sentence: i18n.Fault(r.Context(), err)})
}

func statusOf(err error) int { return fault.StatusOf(err) }

// onField is err on the field of that name, where it is a fault of a field.
func onField(err error, field string) error {
	if f := fault.Of(err); f.Field != "" {
		return f.On(field)
	}
	return err
}
