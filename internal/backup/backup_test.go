package backup_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pitdesk/internal/backup"
)

// dataFolder is a data folder with a bit of everything, and a source that dumps words instead of a database.
func dataFolder(t *testing.T) backup.Source {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"files/files/fox/one": "paid", "files/files/fox/half.part": "pa", "keys/heads.pem": "secret", "link.key": "link", "heads.log": "1\n",
		"pg/data/PG_VERSION": "15",
	} {
		put(t, filepath.Join(folder, name), text)
	}
	return backup.Source{Folder: folder, Leave: []string{"pg"}, Files: "files", Dump: words("the database")}
}

func words(text string) func(context.Context, io.Writer) error {
	return func(_ context.Context, to io.Writer) error { _, err := io.WriteString(to, text); return err }
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// tree is what stands in a folder, by path.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		found[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhatWasWrittenComesBack(t *testing.T) {
	t.Parallel()
	s := dataFolder(t)
	s.Dump = func(_ context.Context, to io.Writer) error { // a player sends something meanwhile, another takes something back
		put(t, filepath.Join(s.Folder, "files/files/fox/two"), "late")
		if err := os.Remove(filepath.Join(s.Folder, "files/files/fox/one")); err != nil {
			return err
		}
		put(t, filepath.Join(s.Folder, "heads.log"), "1\n2\n")
		_, err := io.WriteString(to, "the database")
		return err
	}
	path := filepath.Join(t.TempDir(), "a.zip")
	if _, err := backup.Make(t.Context(), path, s, backup.Manifest{Program: "1.2", Postgres: 15}, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info.Mode(), err)
	}
	a, err := backup.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if a.Manifest.Program != "1.2" || a.Manifest.Files != 2 || time.Since(a.Manifest.MadeAt) > time.Minute {
		t.Errorf("it says of itself %+v", a.Manifest)
	}
	var dump bytes.Buffer
	into := t.TempDir()
	if err := errors.Join(a.Check(t.Context()), a.Dump(t.Context(), &dump), a.Extract(t.Context(), into)); err != nil || dump.String() != "the database" {
		t.Fatalf("%q, %v", dump.String(), err)
	}
	// The notebook is of before the dump: it must never know of more than the database does.
	want := map[string]string{"files/files/fox/one": "paid", "files/files/fox/two": "late", "keys/heads.pem": "secret", "link.key": "link", "heads.log": "1\n"}
	if got := tree(t, into); !maps.Equal(got, want) {
		t.Errorf("the folder came back as %v, want %v", got, want)
	}
	if err := a.Extract(t.Context(), into); err == nil {
		t.Error("what is there was written over")
	}
	if _, err := backup.Make(t.Context(), path, s, backup.Manifest{}, nil); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("a second backup of that name: %v", err)
	}
}

func TestAKeyThatIsMadeMeanwhileBeginsItAnew(t *testing.T) {
	t.Parallel()
	s := dataFolder(t)
	dumps := 0
	s.Dump = func(context.Context, io.Writer) error {
		if dumps++; dumps == 1 {
			put(t, filepath.Join(s.Folder, "keys/new.json"), "newer")
		}
		return nil
	}
	path := filepath.Join(t.TempDir(), "a.zip")
	if _, err := backup.Make(t.Context(), path, s, backup.Manifest{}, nil); err != nil || dumps != 2 {
		t.Fatalf("%d dumps, %v", dumps, err)
	}
	s.Dump = func(context.Context, io.Writer) error {
		put(t, filepath.Join(s.Folder, "keys/new.pem"), time.Now().String())
		return nil
	}
	if _, err := backup.Make(t.Context(), filepath.Join(t.TempDir(), "b.zip"), s, backup.Manifest{}, nil); err == nil {
		t.Error("keys that never rest were backed up")
	}
}

func TestABackupThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line went dead")
	for name, c := range map[string]struct {
		dump  func(context.Context, io.Writer) error
		check func(*backup.Archive) error
	}{
		"while dumping":  {dump: func(_ context.Context, to io.Writer) error { _, _ = io.WriteString(to, "half"); return broken }},
		"while checking": {dump: words("all"), check: func(*backup.Archive) error { return broken }},
	} {
		s := dataFolder(t)
		s.Dump = c.dump
		folder := t.TempDir()
		if _, err := backup.Make(t.Context(), filepath.Join(folder, "a.zip"), s, backup.Manifest{}, c.check); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		if left := tree(t, folder); len(left) > 0 {
			t.Errorf("%s: it left %v", name, slices.Collect(maps.Keys(left)))
		}
	}
}

func TestWhatIsNoBackupOrABrokenOneIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "a.zip")
	if _, err := backup.Make(t.Context(), path, dataFolder(t), backup.Manifest{}, nil); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	use := func(content []byte) error {
		path := filepath.Join(t.TempDir(), "b.zip")
		put(t, path, string(content))
		a, err := backup.Open(path)
		if err != nil {
			return err
		}
		defer a.Close()
		return a.Check(t.Context())
	}
	if err := use(whole); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing":        {nil, backup.ErrForeign},
		"words":          {[]byte("a letter to the bank"), backup.ErrForeign},
		"another zip":    {zipOf(t, map[string]string{"letter.txt": "Dear bank"}), backup.ErrForeign},
		"another's form": {zipOf(t, map[string]string{"manifest.json": `{"kind":"a holiday","form":1}`}), backup.ErrForeign},
		"a newer form":   {zipOf(t, map[string]string{"manifest.json": `{"kind":"support desk backup","form":2}`}), backup.ErrNewer},
		"no sums":        {zipOf(t, map[string]string{"manifest.json": `{"kind":"support desk backup","form":1}`}), backup.ErrCorrupt},
		"cut off":        {whole[:len(whole)/2], backup.ErrCorrupt},
		"a byte short":   {whole[:len(whole)-1], backup.ErrCorrupt},
	} {
		if err := use(c.content); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	// Wherever a bit has turned: either it shows, or it was one that says nothing of what is kept, such as a time.
	for at := 0; at < len(whole); at += 3 {
		turned := slices.Clone(whole)
		turned[at] ^= 1
		if use(turned) == nil && !maps.Equal(taken(t, turned), taken(t, whole)) {
			t.Errorf("a turned bit at %d went unseen", at)
		}
	}
	for _, words := range []string{"the database", "paid", "secret"} { // what is stored as it is
		if at := bytes.Index(whole, []byte(words)); at >= 0 {
			turned := slices.Clone(whole)
			turned[at] ^= 0x20
			if err := use(turned); !errors.Is(err, backup.ErrCorrupt) {
				t.Errorf("a changed %q: %v", words, err)
			}
		}
	}
}

// taken is what a backup gives back.
func taken(t *testing.T, content []byte) map[string]string {
	t.Helper()
	path, into := filepath.Join(t.TempDir(), "a.zip"), t.TempDir()
	put(t, path, string(content))
	a, err := backup.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var dump bytes.Buffer
	if err := errors.Join(a.Extract(t.Context(), into), a.Dump(t.Context(), &dump)); err != nil {
		t.Fatal(err)
	}
	found := tree(t, into)
	found["the dump"] = dump.String()
	return found
}

// A file's names must not lead out of the folder it is extracted into.
func TestNamesStayInTheFolder(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"data/../../evil", "/etc/evil", "data//evil", "../evil", "evil", "data/./evil", "data/.."} {
		if err := forged(t, name); !errors.Is(err, backup.ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := forged(t, "data/good"); err != nil {
		t.Errorf("a name that may be: %v", err)
	}
}

func TestOldBackupsAreRemovedAndNothingElse(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	for day := range 5 {
		put(t, filepath.Join(folder, backup.Name(at.AddDate(0, 0, day))), "x")
	}
	for _, other := range []string{"letter.txt", "desk-20200101T000000Z.zip.txt", "my-desk-20200101T000000Z.zip", "before-the-move.zip"} {
		put(t, filepath.Join(folder, other), "x")
	}
	removed, err := backup.Retain(folder, 2)
	if want := []string{"desk-20261101T030000Z.zip", "desk-20261102T030000Z.zip", "desk-20261103T030000Z.zip"}; err != nil || !slices.Equal(removed, want) {
		t.Errorf("removed %v, %v; want %v", removed, err, want)
	}
	if left := tree(t, folder); len(left) != 6 {
		t.Errorf("left are %v", slices.Sorted(maps.Keys(left)))
	}
}

func zipOf(t *testing.T, entries map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range entries {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
