package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestNothingIsLostWhileTheDeskRestarts writes to a desk that isn't there: what Mara typed waits in her browser and arrives by
// itself when the desk is back, once, and the answer reaches her without a reload. Then Postgres dies under a running desk.
func TestNothingIsLostWhileTheDeskRestarts(t *testing.T) {
	p := start(t)
	b := browser(t)
	fox := p.Casinos[0]
	ruta := open(t, b, "")
	ruta.signIn(fox.URL, fox.Staff[0].Email, fox.Staff[0].Password)
	mara := open(t, b, fox.Site)
	mara.run(`window.Desk("show")`)
	chat := mara.chat()
	chat.fill("textarea", "Before the restart")
	chat.pressNamed("Send")
	ruta.sees("Before the restart")
	ruta.pressNamed("Mara")
	ruta.sees("Verified by sign-in")

	p.stop(t)
	chat.fill("textarea", "While it was away")
	chat.pressNamed("Send")
	chat.sees("While it was away") // on her page, not yet anywhere else
	p.run(t)
	ruta.sees("While it was away")
	ruta.fill("textarea", "Here again")
	ruta.pressNamed("Send")
	chat.sees("Here again")

	killPostgres(t, p)
	chat.fill("textarea", "Without a database")
	chat.pressNamed("Send")
	ruta.sees("Without a database")
	// The list beside it may hear of the message first.
	ruta.until("it stands in the conversation", func() bool { return strings.Contains(timeline(ruta), "Without a database") })
	for _, words := range []string{"Before the restart", "While it was away", "Without a database"} {
		if n := strings.Count(timeline(ruta), words); n != 1 {
			t.Errorf("%q stands %d times in the conversation:\n%s", words, n, ruta.look())
		}
	}
}

// timeline is the text of the open conversation, without the list beside it.
func timeline(w *window) string {
	text, err := value[string](w, `[...document.querySelectorAll("[data-seq]")].map(e => e.innerText).join("\n")`)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

// killPostgres ends the embedded server without warning, as a machine short of memory would.
func killPostgres(t *testing.T, p *program) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.data, "pg", "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, 30*time.Second, "another Postgres is there", func() bool {
		text, err := os.ReadFile(filepath.Join(p.data, "pg", "data", "postmaster.pid"))
		return err == nil && !strings.HasPrefix(string(text), first+"\n")
	})
}
