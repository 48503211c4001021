package seal

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func ring(t testing.TB) *Ring {
	t.Helper()
	r, err := NewRing()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var drawer = Shelf{Table: "drawers", Clear: "secret", Sealed: "secret_sealed", Row: []string{"id"}, Tenant: true}

func TestASecretOpensWhereItWasSealedAndNowhereElse(t *testing.T) {
	t.Parallel()
	r := ring(t)
	at := drawer.place([]string{"fox", "1"})
	sealed, err := r.seal(r.Newest(), []byte("whisper"), at)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("whisper")) {
		t.Error("it can be read as it rests")
	}
	if got, err := r.open(sealed, at); err != nil || string(got) != "whisper" {
		t.Errorf("opened %q, %v", got, err)
	}
	other := drawer
	other.Sealed = "another_sealed"
	for name, place := range map[string][]byte{
		"another row": drawer.place([]string{"fox", "2"}), "another casino": drawer.place([]string{"hen", "1"}),
		"another column": other.place([]string{"fox", "1"}), "parts cut elsewhere": drawer.place([]string{"fo", "x1"}), "no row": drawer.place(nil),
	} {
		if _, err := r.open(sealed, place); !errors.Is(err, ErrSpoiled) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range sealed {
		spoiled := slices.Clone(sealed)
		spoiled[i] ^= 1
		if _, err := r.open(spoiled, at); err == nil {
			t.Errorf("octet %d changed, and it opens", i)
		}
	}
	if _, err := ring(t).open(sealed, at); !errors.Is(err, ErrNoKey) {
		t.Errorf("with another's keys: %v", err)
	}
	var none *Ring
	if _, err := none.open(sealed, at); !errors.Is(err, ErrNoKey) {
		t.Errorf("without keys: %v", err)
	}
	if _, err := none.seal(1, nil, at); !errors.Is(err, ErrNoKey) {
		t.Errorf("sealed without keys: %v", err)
	}
}

func TestKeysComeAndGo(t *testing.T) {
	t.Parallel()
	old := ring(t)
	at := drawer.place([]string{"fox", "1"})
	under := func(r *Ring, id uint32) []byte {
		t.Helper()
		sealed, err := r.seal(id, []byte("whisper"), at)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := keyOf(sealed); !ok || got != id {
			t.Fatalf("sealed under %d, want %d", got, id)
		}
		return sealed
	}
	both, err := old.Add()
	if err != nil {
		t.Fatal(err)
	}
	if both, err = Parse(both.Text()); err != nil {
		t.Fatal(err)
	}
	if both.Newest() == old.Newest() || !slices.Equal(both.IDs(), []uint32{old.Newest(), both.Newest()}) {
		t.Fatalf("%d and one more are %d", old.IDs(), both.IDs())
	}
	before, after := under(both, old.Newest()), under(both, both.Newest())
	for _, sealed := range [][]byte{before, after, under(old, old.Newest())} {
		if got, err := both.open(sealed, at); err != nil || string(got) != "whisper" {
			t.Errorf("%q, %v", got, err)
		}
	}
	fresh, err := both.Without(old.IDs()...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fresh.open(before, at); !errors.Is(err, ErrNoKey) {
		t.Errorf("a dropped key: %v", err)
	}
	if got, err := fresh.open(after, at); err != nil || string(got) != "whisper" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := both.Without(both.IDs()...); err == nil {
		t.Error("the last key was dropped")
	}
}

func TestKeysThatAreMadeLaterAreFound(t *testing.T) {
	t.Parallel()
	at := drawer.place([]string{"fox", "1"})
	var file []byte
	watching, err := Watch(func() ([]byte, error) {
		if file == nil {
			return nil, fs.ErrNotExist
		}
		return file, nil
	})
	if err != nil || watching.Newest() != 0 {
		t.Fatalf("%d, %v", watching.Newest(), err)
	}
	made := ring(t)
	sealed, err := made.seal(made.Newest(), []byte("whisper"), at)
	if err != nil {
		t.Fatal(err)
	}
	file = made.Text()
	if got, err := watching.open(sealed, at); err != nil || string(got) != "whisper" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestWhatIsNoRingIsRefusedWithoutQuotingIt(t *testing.T) {
	t.Parallel()
	good := string(ring(t).Text())
	for name, text := range map[string]string{
		"nothing": "", "no JSON": "hunter2", "an empty keyset": "{}", "cut short": good[:len(good)-10],
		"a key without number":   strings.Replace(good, `"TINK"`, `"RAW"`, 1),
		"a key that is off":      strings.Replace(good, `"ENABLED"`, `"DISABLED"`, 1),
		"a key for other things": strings.Replace(good, "AesGcmKey", "HmacKey", 1),
	} {
		if text == good {
			t.Fatalf("%s: the text isn't changed", name)
		}
		_, err := Parse([]byte(text))
		if err == nil {
			t.Errorf("%s is taken", name)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s is quoted: %v", name, err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	r := ring(b)
	at := drawer.place([]string{"fox", "1"})
	sealed, err := r.seal(r.Newest(), make([]byte, 32), at)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := r.open(sealed, at); err != nil {
			b.Fatal(err)
		}
	}
}
