package tenants

import (
	"testing"
	"time"
)

// A key is looked up, revoked while the answer is on its way, and must not be believed afterwards.
func TestWhatWasReadBeforeARevocationIsNotKept(t *testing.T) {
	t.Parallel()
	c := cache[string]{long: time.Hour}
	_, before, _ := c.get("key")
	c.forget(func(string) bool { return true })
	c.put("key", "valid", true, before)
	_, now, ok := c.get("key")
	if ok {
		t.Error("the answer from before is believed")
	}
	c.put("key", "valid", true, now)
	if a, _, ok := c.get("key"); !ok || a.value != "valid" {
		t.Error("a fresh answer isn't kept")
	}
}
