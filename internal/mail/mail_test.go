package mail_test

import (
	"io"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"pitdesk/internal/mail"
)

var hello = mail.Message{
	From: mail.Address{Name: "Lucky Fox", Email: "no-reply@lucky-fox.example"}, To: mail.Address{Name: "Мара", Email: "mara@people.example"},
	Subject: "Приглашение", Text: "Здравствуйте.\n\nhttps://lucky-fox.example/x", HTML: "<p>Здравствуйте.</p>",
}

func parsed(t *testing.T, m mail.Message) *netmail.Message {
	t.Helper()
	box := mail.NewBox()
	if err := box.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	read, err := netmail.ReadMessage(strings.NewReader(box.All()[0].Raw))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func TestHeadersNameTheCasinoAndNoSoftware(t *testing.T) {
	t.Parallel()
	m := parsed(t, hello)
	if id := m.Header.Get("Message-Id"); !strings.HasSuffix(id, "@lucky-fox.example>") {
		t.Errorf("Message-ID %s", id)
	}
	allowed := map[string]bool{"From": true, "To": true, "Subject": true, "Date": true, "Message-Id": true, "Mime-Version": true,
		"Content-Type": true, "Auto-Submitted": true}
	for name := range m.Header {
		if !allowed[name] {
			t.Errorf("header %s: %s", name, m.Header.Get(name))
		}
	}
	if from, err := m.Header.AddressList("From"); err != nil || from[0].Name != "Lucky Fox" {
		t.Errorf("from %v, %v", from, err)
	}
	if kind := m.Header.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/alternative") {
		t.Errorf("content type %s", kind)
	}
}

func FuzzNamesAndSubjectsAddNoHeader(f *testing.F) {
	f.Add("Mara\r\nBcc: all@people.example", "Hi\nX-Mailer: x", "mara@people.example")
	f.Add("\u2028Subject: y", "=?utf-8?q?a=0D=0ABcc=3A_b?=", "a@b.c\r\nBcc: x@y.z")
	f.Add(strings.Repeat("ы", 500), strings.Repeat("=", 999), "\"a b\"@c.d")
	f.Fuzz(func(t *testing.T, name, subject, to string) {
		m := hello
		m.To = mail.Address{Name: name, Email: to}
		m.From.Name, m.Subject = name, subject
		box := mail.NewBox()
		if err := box.Send(t.Context(), m); err != nil {
			return // refused is fine
		}
		read, err := netmail.ReadMessage(strings.NewReader(box.All()[0].Raw))
		if err != nil {
			t.Fatalf("%q can't be read: %v", box.All()[0].Raw, err)
		}
		for h := range read.Header {
			switch h {
			case "From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type", "Auto-Submitted":
			default:
				t.Fatalf("a header came in: %s", h)
			}
		}
		if list, err := read.Header.AddressList("To"); err != nil || len(list) != 1 || list[0].Address != to {
			t.Fatalf("to %v, %v, want %q", list, err, to)
		}
	})
}

func TestTheBoxKeepsTheNewest(t *testing.T) {
	t.Parallel()
	box := mail.NewBox()
	for range 205 {
		if err := box.Send(t.Context(), hello); err != nil {
			t.Fatal(err)
		}
	}
	all := box.All()
	if len(all) != 200 || all[0].Number != 205 || all[199].Number != 6 {
		t.Errorf("%d kept, from %d to %d", len(all), all[len(all)-1].Number, all[0].Number)
	}
	if _, ok := box.Get(5); ok {
		t.Error("an old one is still there")
	}
	if k, err := box.Await(t.Context(), "mara@people.example"); err != nil || k.Number != 205 {
		t.Errorf("awaited %d, %v", k.Number, err)
	}
}

func TestARelayIsHandedTheMessage(t *testing.T) {
	t.Parallel()
	got := &relay{}
	server := smtp.NewServer(got)
	server.Domain, server.AllowInsecureAuth = "relay.example", true
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	r, err := mail.NewRelay("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Send(t.Context(), hello); err != nil {
		t.Fatal(err)
	}
	got.mu.Lock()
	defer got.mu.Unlock()
	if got.from != "no-reply@lucky-fox.example" || got.to != "mara@people.example" || got.hello != "lucky-fox.example" || !strings.Contains(got.data, "Auto-Submitted") {
		t.Errorf("from %s to %s, greeted as %s:\n%s", got.from, got.to, got.hello, got.data)
	}
	got.refuse = true
	got.mu.Unlock()
	err = r.Send(t.Context(), hello)
	got.mu.Lock()
	if err == nil {
		t.Error("a refused recipient passed")
	}
}

func TestAddressesOfRelays(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "mail.example:25", "http://mail.example", "smtp://", "smtp://user:pw@mail.example:x", "smtp://mail.example:0"} {
		if _, err := mail.NewRelay(bad); err == nil || strings.Contains(err.Error(), "pw") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// relay is an SMTP server that remembers what it was handed.
type relay struct {
	mu                    sync.Mutex
	hello, from, to, data string
	refuse                bool
}

func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hello = c.Hostname()
	return &relaySession{r}, nil
}

type relaySession struct{ *relay }

func (s *relaySession) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = from
	return nil
}

func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse {
		return &smtp.SMTPError{Code: 550, Message: "no such mailbox"}
	}
	s.to = to
	return nil
}

func (s *relaySession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = string(text)
	return err
}

func (*relaySession) Reset()        {}
func (*relaySession) Logout() error { return nil }
