package billing

import (
	"encoding/json"
	"testing"

	"github.com/stripe/stripe-go/v79"
)

// FuzzEvents feeds bodies that are signed and yet nothing like Stripe's: whom they are about is said, or nobody, and never a panic.
func FuzzEvents(f *testing.F) {
	for _, seed := range []string{
		`{"object":"customer","id":"cus_1"}`, `{"object":"invoice","customer":"cus_1"}`, `{"object":"invoice","customer":{"id":"cus_1"}}`,
		`{"object":"invoice","customer":null}`, `{"object":"invoice","customer":[1,2]}`, `[]`, `"x"`, `{"customer":{"id":7}}`, `{`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, object []byte) {
		who := customerOf(stripe.Event{Data: &stripe.EventData{Raw: json.RawMessage(object)}})
		if who != "" && !json.Valid(object) {
			t.Errorf("%q is about %q", object, who)
		}
	})
}
