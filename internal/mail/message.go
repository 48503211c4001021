package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"
)

// Address is somebody who writes or reads mail.
type Address struct{ Name, Email string }

// Message is one mail to one person, in two spellings that say the same.
type Message struct {
	From    Address
	To      Address
	Subject string
	Text    string
	HTML    string
	Parts   []Part // pictures that HTML shows
}

// Part is a picture within a message, which its HTML names "cid:" and ID (RFC 2392). Nothing is fetched to show it, so that
// nobody hears when a mail is read.
type Part struct {
	ID    string // like a mail address, unique beyond the message (RFC 2045, 7)
	Name  string // of the file
	Type  string // image/png or image/jpeg
	Bytes []byte
}

// Mailer sends a message, or says why it couldn't. One that returned nil has handed it on.
type Mailer interface {
	Send(ctx context.Context, m Message) error
}

// ErrUnset is what None answers: the message has to wait until a relay is configured.
var ErrUnset = errors.New("mail: no relay is configured (PITDESK_SMTP_URL)")

// None sends nothing.
type None struct{}

// Send answers ErrUnset.
func (None) Send(context.Context, Message) error { return ErrUnset }

// compose makes the wire's form of a message. Names and subjects come from people: line ends in them would add headers, so they
// become spaces before anything is encoded.
func compose(m Message) (*gomail.Msg, error) {
	_, host, ok := strings.Cut(m.From.Email, "@")
	if !ok {
		return nil, fmt.Errorf("mail: sender %q", m.From.Email)
	}
	to, err := netmail.ParseAddress(m.To.Email)
	if err != nil || to.Address != m.To.Email {
		return nil, fmt.Errorf("mail: recipient: %w", errors.Join(err, errors.New("not a plain address")))
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.SetMessageIDWithValue(uuid.NewString() + "@" + host)
	msg.SetDateWithValue(time.Now())
	if err := msg.FromFormat(oneLine(m.From.Name), m.From.Email); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := msg.AddToFormat(oneLine(m.To.Name), m.To.Email); err != nil {
		return nil, fmt.Errorf("mail: recipient: %w", err)
	}
	msg.Subject(oneLine(m.Subject))
	// Answers by machines (RFC 3834, section 5) would reach nobody.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
		for _, p := range m.Parts {
			if err := msg.EmbedReader(p.Name, bytes.NewReader(p.Bytes), gomail.WithFileContentID("<"+p.ID+">"), gomail.WithFileContentType(gomail.ContentType(p.Type))); err != nil {
				return nil, fmt.Errorf("mail: part %s: %w", p.Name, err)
			}
		}
	}
	return msg, nil
}

// oneLine makes control signs, line ends among them, into spaces and keeps a header to a sane length.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300])
	}
	return strings.TrimSpace(s)
}
