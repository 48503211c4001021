package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pitdesk/internal/blob"
	"pitdesk/internal/blob/s3test"
	"pitdesk/internal/fault"
)

// bucketOf is a store in a test's bucket, as somebody who knows the secret or thinks so.
func bucketOf(t *testing.T, b *s3test.Bucket, secret string) *blob.S3 {
	t.Helper()
	store, err := blob.NewS3(blob.Bucket{Endpoint: b.Endpoint, Region: s3test.Region, Name: s3test.Name, Prefix: "/desk/one/",
		AccessKey: s3test.AccessKey, SecretKey: secret, Transport: b.Client.Transport})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// each runs a test with a bucket behind TLS, where bodies go unsigned, and one without, where each chunk is signed.
func each(t *testing.T, test func(t *testing.T, b *s3test.Bucket, store *blob.S3)) {
	t.Parallel()
	for name, secure := range map[string]bool{"https": true, "http": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := s3test.New(t, secure)
			test(t, b, bucketOf(t, b, s3test.SecretKey))
		})
	}
}

// random are n bytes that repeat in every run.
func random(n int) []byte {
	dice := rand.NewChaCha8([32]byte{7})
	b := make([]byte, n)
	_, _ = dice.Read(b)
	return b
}

func contentOf(t *testing.T, store blob.Store, key string) []byte {
	t.Helper()
	file, err := store.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestABucketKeepsFilesAsAFolderDoes(t *testing.T) {
	each(t, func(t *testing.T, b *s3test.Bucket, store *blob.S3) {
		stores(t, store)
		if keys := b.Keys(); len(keys) != 0 {
			t.Errorf("the bucket still holds %v", keys)
		}
	})
}

func TestWhatIsLongerThanAPartArrivesWhole(t *testing.T) {
	each(t, func(t *testing.T, b *s3test.Bucket, store *blob.S3) {
		long := random(17 << 20)
		for key, content := range map[string]io.Reader{
			"long/known":   bytes.NewReader(long),
			"long/unknown": io.MultiReader(bytes.NewReader(long)),
			"long/short":   io.MultiReader(bytes.NewReader(long[:1000])),
			"long/edge":    io.MultiReader(bytes.NewReader(long[:16<<20])),
		} {
			if err := store.Put(t.Context(), key, content); err != nil {
				t.Fatalf("%s: %v", key, err)
			}
		}
		for key, n := range map[string]int{"long/known": len(long), "long/unknown": len(long), "long/short": 1000, "long/edge": 16 << 20} {
			if got := contentOf(t, store, key); !bytes.Equal(got, long[:n]) {
				t.Errorf("%s came back with %d bytes, not the same %d", key, len(got), n)
			}
		}
		if want := []string{"desk/one/long/edge", "desk/one/long/known", "desk/one/long/short", "desk/one/long/unknown"}; !slices.Equal(b.Keys(), want) {
			t.Errorf("the bucket holds %v, want %v", b.Keys(), want)
		}
		// Cut off in the second part: nothing of it is a file, and nothing is left to pay for.
		broken := errors.New("the line went dead")
		err := store.Put(t.Context(), "long/cut", io.MultiReader(bytes.NewReader(long[:16<<20+1]), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Errorf("a cut upload: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if err := store.Put(ctx, "long/gone", io.MultiReader(bytes.NewReader(long[:16<<20+1]), ending{cancel})); err == nil {
			t.Error("an upload whose sender left has succeeded")
		}
		if len(b.Keys()) != 4 || b.Unfinished() != 0 {
			t.Errorf("after cut uploads the bucket holds %v and %d unfinished", b.Keys(), b.Unfinished())
		}
	})
}

// ending ends a context when it is read.
type ending struct{ cancel context.CancelFunc }

func (e ending) Read([]byte) (int, error) { e.cancel(); return 0, io.EOF }

func TestSeekingReadsOnlyWhatIsAskedFor(t *testing.T) {
	each(t, func(t *testing.T, b *s3test.Bucket, store *blob.S3) {
		content := random(100_000)
		if err := store.Put(t.Context(), "a/picture", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		b.Asked()
		file, err := store.Open(t.Context(), "a/picture")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		// What http.ServeContent does: to the end for the size, back, and read.
		end, err1 := file.Seek(0, io.SeekEnd)
		begin, err2 := file.Seek(0, io.SeekStart)
		if err := errors.Join(err1, err2); err != nil || end != 100_000 || begin != 0 {
			t.Fatalf("seek: %d, %d, %v", end, begin, err)
		}
		if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, content) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		if asked := b.Asked(); len(asked) != 1 {
			t.Errorf("a plain reading took %v", asked)
		}
		if err := iotest.TestReader(file, content); err == nil {
			t.Error("a reader that stands at its end gave all again")
		}
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(file, content); err != nil {
			t.Error(err)
		}
		if _, err := file.Seek(-1, io.SeekStart); err == nil {
			t.Error("a place before the beginning was taken")
		}
		// Another file took its place while it was read: half of each is worse than an error.
		if _, err := file.Seek(10, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if err := store.Put(t.Context(), "a/picture", strings.NewReader(strings.Repeat("another", 20_000))); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(file); err == nil {
			t.Errorf("%d bytes of a file that was replaced", len(got))
		}
	})
}

func TestABucketThatRefusesIsTold(t *testing.T) {
	t.Parallel()
	b := s3test.New(t, false)
	store, stranger := bucketOf(t, b, s3test.SecretKey), bucketOf(t, b, "a guess")
	if err := blob.Probe(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	err := blob.Probe(t.Context(), stranger)
	if fault.CodeOf(err) != fault.Unavailable || len(b.Keys()) != 0 {
		t.Errorf("with a wrong secret: %v, the bucket holds %v", err, b.Keys())
	}
	elsewhere, err := blob.NewS3(blob.Bucket{Endpoint: b.Endpoint, Region: s3test.Region, Name: "absent", AccessKey: s3test.AccessKey, SecretKey: s3test.SecretKey})
	if err != nil {
		t.Fatal(err)
	}
	// A bucket that isn't there is a fault of ours, not a file that somebody removed.
	if _, err := elsewhere.Open(t.Context(), "a/b"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a bucket that isn't there: %v", err)
	}
	if err := store.Put(t.Context(), "a/b", strings.NewReader("paid")); err != nil {
		t.Fatal(err)
	}
	b.Refuse(http.StatusForbidden)
	if _, err := store.Open(t.Context(), "a/b"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a bucket that refuses: %v", err)
	}
	if err := store.Delete(t.Context(), "a/b"); err == nil {
		t.Error("a refused deletion has succeeded")
	}
	b.Refuse(0)
	if got := contentOf(t, store, "a/b"); string(got) != "paid" {
		t.Errorf("after it is back: %q", got)
	}
}
