package chat_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"pitdesk/desk/channels/chat"
	"pitdesk/internal/blob"
	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// drawing is a picture that is red on its left and blue on its right.
func drawing(w, h int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.Set(x, y, color.RGBA{R: 255, A: 255})
			if x >= w/2 {
				p.Set(x, y, color.RGBA{B: 255, A: 255})
			}
		}
	}
	return p
}

func jpegOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts a note of the camera into a JPEG: how it was held, and a secret.
func withExif(raw []byte, orientation byte) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00\x00\x00\x00\x00home, sweet home")
	body := append([]byte("Exif\x00\x00"), tiff...)
	size := binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, size...)
	return append(append(out, body...), raw[2:]...)
}

// bomb is a small PNG that claims to unfold into very many pixels.
func bomb(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), w), h)
	head = append(head, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

// keep stores a file as a player does and reads it back.
func keep(ctx context.Context, t testing.TB, store blob.Store, at tenants.Tenant, name string, raw []byte) (chat.File, []byte, error) {
	t.Helper()
	prepared, err := chat.Prepare(name, raw)
	if err != nil {
		return chat.File{}, nil, err
	}
	ctx = tenants.With(ctx, at)
	f, err := chat.Keep(ctx, store, "player", tenants.NewID(), prepared)
	if err != nil {
		return f, nil, err
	}
	f, content, err := chat.Open(ctx, store, f.ID)
	if err != nil {
		return f, nil, err
	}
	defer content.Close()
	back, err := io.ReadAll(content)
	return f, back, err
}

func TestFilesAreWhatTheirBytesAre(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	store, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	picture := drawing(40, 20)
	var moving bytes.Buffer
	if err := gif.Encode(&moving, picture, nil); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		raw        []byte
		kept, kind string
	}{
		{"receipt.png", pngOf(t, picture), "receipt.png", "image/png"},
		{"photo.JPEG", jpegOf(t, picture), "photo.JPEG", "image/jpeg"},
		{"dance.gif", moving.Bytes(), "dance.png", "image/png"},
		{"invoice.exe", pngOf(t, picture), "invoice.png", "image/png"},
		{`C:\Users\me\бумага.txt`, []byte("Здравствуйте"), "бумага.txt", "text/plain"},
		{"../../etc/pass\x00wd", []byte("hello there"), "passwd.txt", "text/plain"},
		{"", []byte("hello there"), "file.txt", "text/plain"},
		{"evil\u202etxt.exe", []byte("hello there"), "eviltxt.txt", "text/plain"},
		{strings.Repeat("я", 300) + ".pdf", []byte("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj"), strings.Repeat("я", 120) + ".pdf", "application/pdf"},
	} {
		f, _, err := keep(ctx, t, store, fox, c.name, c.raw)
		if err != nil || f.Name != c.kept || f.MediaType != c.kind {
			t.Errorf("%q became %q (%s), %v; want %q (%s)", c.name, f.Name, f.MediaType, err, c.kept, c.kind)
		}
	}
	for name, c := range map[string]struct {
		raw  []byte
		code fault.Code
	}{
		"nothing":                {nil, fault.Invalid},
		"a page":                 {[]byte("<!doctype html><script>alert(1)</script>"), fault.Unsupported},
		"a drawing with scripts": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), fault.Unsupported},
		"a program":              {append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 64)...), fault.Unsupported},
		"an archive":             {[]byte("PK\x03\x04" + strings.Repeat("\x00", 64)), fault.Unsupported},
		"UTF-16":                 {[]byte("\xff\xfeh\x00i\x00"), fault.Unsupported},
		"too many pixels":        {bomb(60_000, 60_000), fault.TooLarge},
		"a long thin one":        {bomb(4_000_000, 1), fault.TooLarge},
		"half a picture":         {pngOf(t, picture)[:60], fault.Invalid},
		"too large":              {bytes.Repeat([]byte("a"), chat.MaxFile+1), fault.TooLarge},
	} {
		if _, err := chat.Prepare("x", c.raw); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

func TestAPictureKeepsNothingButItsPixels(t *testing.T) {
	t.Parallel()
	_, ctx := sample.New(t)
	fox := sample.Tenant(ctx, t, "Lucky Fox")
	store, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Orientation 6: the camera was turned, so the picture's left is to be seen at the top.
	f, back, err := keep(ctx, t, store, fox, "photo.jpg", withExif(jpegOf(t, drawing(40, 20)), 6))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(back, []byte("home")) || bytes.Contains(back, []byte("Exif")) {
		t.Error("the camera's notes are still in it")
	}
	shown, _, err := image.Decode(bytes.NewReader(back))
	if err != nil {
		t.Fatal(err)
	}
	if *f.Width != 20 || *f.Height != 40 {
		t.Errorf("%d × %d, want 20 × 40", *f.Width, *f.Height)
	}
	if r, _, b, _ := shown.At(10, 5).RGBA(); r < b {
		t.Error("it isn't upright")
	}
	// What stands behind the picture in the file, a second file perhaps, goes too.
	_, back, err = keep(ctx, t, store, fox, "a.png", append(pngOf(t, drawing(4, 4)), "PK\x03\x04 and more"...))
	if err != nil || bytes.Contains(back, []byte("and more")) {
		t.Errorf("the tail is still there (%v)", err)
	}
}

func TestFilesOfOthersAndOldOnes(t *testing.T) {
	t.Parallel()
	d, ctx := sample.New(t)
	fox, reel := sample.Tenant(ctx, t, "Lucky Fox"), sample.Tenant(ctx, t, "Golden Reel")
	store, err := blob.NewFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := keep(ctx, t, store, fox, "a.txt", []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := chat.Open(tenants.With(ctx, reel), store, f.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("Golden Reel reads it: %v", err)
	}
	links := chat.NewLinks([]byte("secret"))
	now := time.Now()
	path := links.Path(fox.ID, tenants.PublicID("fil", f.ID), now)
	until, sign, _ := strings.Cut(strings.TrimPrefix(path[strings.Index(path, "?")+1:], "until="), "&sign=")
	id := tenants.PublicID("fil", f.ID)
	for name, ok := range map[string]bool{
		"as signed":   links.Check(fox.ID, id, until, sign, now),
		"in a while":  links.Check(fox.ID, id, until, sign, now.Add(9*time.Minute)),
		"too late":    !links.Check(fox.ID, id, until, sign, now.Add(time.Hour)),
		"made longer": !links.Check(fox.ID, id, until+"0", sign, now),
		"elsewhere":   !links.Check(reel.ID, id, until, sign, now),
		"another":     !links.Check(fox.ID, tenants.PublicID("fil", tenants.NewID()), until, sign, now),
		"forged":      !links.Check(fox.ID, id, until, "AAAA", now),
		"by another":  !chat.NewLinks([]byte("other")).Check(fox.ID, id, until, sign, now),
	} {
		if !ok {
			t.Errorf("link %s", name)
		}
	}

	if n, err := chat.Sweep(tenants.With(ctx, fox), store, now); n != 0 || err != nil {
		t.Errorf("swept %d fresh files (%v)", n, err)
	}
	if n, err := chat.Sweep(tenants.With(ctx, reel), store, now.Add(25*time.Hour)); n != 0 || err != nil {
		t.Errorf("Golden Reel swept %d (%v)", n, err)
	}
	mara := sample.Player(ctx, t, fox, "Mara")
	c := sample.Conversation(ctx, t, fox, mara, "Hello")
	sent, _, err := keep(ctx, t, store, fox, "b.txt", []byte("hello again"))
	if err != nil {
		t.Fatal(err)
	}
	if err := tenants.In(ctx, fox.ID, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update files set conversation_id = ? where tenant_id = current_tenant() and id = ?`, c.ID, sent.ID).Exec(ctx)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n, err := chat.Sweep(tenants.With(ctx, fox), store, now.Add(25*time.Hour)); n != 1 || err != nil {
		t.Errorf("swept %d (%v), want the one nobody sent", n, err)
	}
	var left int
	if err := d.DB.Super(t).QueryRow(`select count(*) from files`).Scan(&left); err != nil || left != 1 {
		t.Errorf("%d files left (%v)", left, err)
	}
}

func FuzzPrepare(f *testing.F) {
	f.Add("a.png", pngOf(f, drawing(3, 2)))
	f.Add("a.jpg", withExif(jpegOf(f, drawing(3, 2)), 8))
	f.Add("\xff\x00/..", []byte("text"))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		_, err := chat.Prepare(name, raw)
		switch fault.CodeOf(err) {
		case "", fault.Invalid, fault.TooLarge, fault.Unsupported:
		default:
			t.Errorf("%q: %v", name, err)
		}
	})
}
