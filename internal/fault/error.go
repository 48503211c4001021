package fault

import (
	"errors"
	"fmt"
	"time"
)

// Error is trouble with a code and a sentence. Format and Args make the sentence; everybody may read it.
type Error struct {
	Code       Code
	Format     string        // English, a fmt format, and the key of its translations
	Args       []any         // for Format; an error among them shows as its own sentence
	RetryAfter time.Duration // when asking again makes sense; zero when it doesn't matter
	Field      string        // the form field or JSON member at fault, empty when none is

	cause error // for the log only
}

// New returns an Error that says fmt.Sprintf(format, args...) to whoever asked. Keep format a literal: translators and
// the catalog's test read it from the source. Add what the log should know with Because.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Format: format, Args: args}
}

// Because returns a copy of e with the error behind it. Only the log sees cause; errors.Is and errors.As find it.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// On returns a copy of e that names the form field or JSON member at fault.
func (e *Error) On(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// After returns a copy of e that asks to be tried again in d.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// Error is the log's view: the sentence and the cause behind it. Show people Sentence.
func (e *Error) Error() string {
	if e.cause == nil {
		return e.Sentence()
	}
	return e.Sentence() + ": " + e.cause.Error()
}

// Sentence is the English sentence, safe to show.
func (e *Error) Sentence() string {
	if len(e.Args) == 0 {
		return e.Format
	}
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		if err, ok := a.(error); ok {
			a = Sentence(err)
		}
		args[i] = a
	}
	return fmt.Sprintf(e.Format, args...)
}

// Unwrap returns the cause and the errors among the arguments, for errors.Is and errors.As.
func (e *Error) Unwrap() []error {
	var all []error
	if e.cause != nil {
		all = append(all, e.cause)
	}
	for _, a := range e.Args {
		if err, ok := a.(error); ok {
			all = append(all, err)
		}
	}
	return all
}

// Of returns the Error an outsider should see for err: the outermost one that err wraps, else what the cause tells
// (lost database, cancelled request, oversized body), else a plain Internal. It is nil for nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return recognise(err)
}

// CodeOf is the code of Of(err), empty for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return Of(err).Code
}

// StatusOf is the HTTP status for err, 200 for nil.
func StatusOf(err error) int {
	if err == nil {
		return 200
	}
	return Of(err).Code.Status()
}

// Sentence is the English sentence an outsider may read about err, empty for nil. An error nobody gave a sentence
// gets a fixed polite one.
func Sentence(err error) string {
	if err == nil {
		return ""
	}
	return Of(err).Sentence()
}
