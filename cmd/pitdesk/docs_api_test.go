package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pitdesk/authz"
)

// TestTheCommandsOfTheAPIsPageWork runs every curl of docs/api.md that names a status against the program, in order.
func TestTheCommandsOfTheAPIsPageWork(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	fox := populate(ctx, t, a, "Lucky Fox")
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	filed(ctx, t, a, fox)
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}}}
	known := map[string]string{"DESK": "http://" + fox.Host, "KEY": fox.keys[authz.Admin], "CONVERSATION": fox.ids["conversation"],
		"AGENT": fox.ids["member"], "FILE": upload(ctx, t, client, fox)}
	run := 0
	for _, c := range curls(string(page)) {
		r, status := c.request(ctx, t, known)
		ctx, leave := context.WithCancel(r.Context())
		answer, err := client.Do(r.WithContext(ctx))
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		text := make([]byte, 2000)
		n, _ := io.ReadAtLeast(answer.Body, text, 1)
		leave()
		answer.Body.Close()
		if answer.StatusCode != status {
			t.Errorf("%s\nanswers %d %s, the page says %d", c, answer.StatusCode, text[:n], status)
		}
		run++
	}
	if run < 15 {
		t.Errorf("the page has %d commands that say what they answer", run)
	}
}

func upload(ctx context.Context, t *testing.T, client *http.Client, w *world) string {
	t.Helper()
	r, _ := http.NewRequestWithContext(ctx, "POST", "http://"+w.Host+"/v1/files?name=statement.txt", strings.NewReader("A statement."))
	r.Header.Set("Authorization", "Bearer "+w.keys[authz.Admin])
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	id := regexp.MustCompile(`fil_[0-9a-z]{26}`).FindString(string(text))
	if answer.StatusCode != http.StatusCreated || id == "" {
		t.Fatalf("the upload answers %d %s", answer.StatusCode, text)
	}
	return id
}

// curl is one curl as the page has it, its lines joined.
type curl string

var promised = regexp.MustCompile(`\s# ([1-5]\d\d)\b`)

func curls(page string) []curl {
	var all []curl
	for _, c := range strings.Split(strings.ReplaceAll(page, "\\\n", " "), "\n") {
		if strings.HasPrefix(c, "    curl ") && promised.MatchString(c) {
			all = append(all, curl(strings.TrimSpace(c)))
		}
	}
	return all
}

// request is what curl would send, and the status the page promises.
func (c curl) request(ctx context.Context, t *testing.T, known map[string]string) (*http.Request, int) {
	t.Helper()
	m := promised.FindStringSubmatchIndex(string(c))
	status, _ := strconv.Atoi(string(c)[m[2]:m[3]])
	method, target, body := "", "", ""
	header := http.Header{}
	words := split(string(c)[:m[0]], known)
	for i := 1; i < len(words); i++ {
		switch word := words[i]; word {
		case "-N", "-s":
		case "-H":
			i++
			name, value, _ := strings.Cut(words[i], ": ")
			header.Set(name, value)
		case "-d":
			i++
			body = words[i]
		case "-X":
			i++
			method = words[i]
		case "-o":
			i++
		default:
			if strings.HasPrefix(word, "-") || target != "" {
				t.Fatalf("%s: this test doesn't know %q", c, word)
			}
			target = word
		}
	}
	if method == "" {
		method = http.MethodGet
		if body != "" {
			method = http.MethodPost
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", c, err)
	}
	r.Header = header
	return r, status
}

var variable = regexp.MustCompile(`\$([A-Z]+)`)

// split reads a command's words as a shell does: quotes of both kinds, backslashes, and variables outside of single quotes.
func split(line string, known map[string]string) []string {
	expand := func(s string) string {
		return variable.ReplaceAllStringFunc(s, func(name string) string { return known[name[1:]] })
	}
	var words []string
	var word, plain strings.Builder
	open := false
	flush := func() { word.WriteString(expand(plain.String())); plain.Reset() }
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ':
			if flush(); open || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		case '\'':
			flush()
			end := strings.IndexByte(line[i+1:], '\'')
			word.WriteString(line[i+1 : i+1+end])
			i, open = i+1+end, true
		case '"':
			for i++; line[i] != '"'; i++ {
				if line[i] == '\\' {
					i++
				}
				plain.WriteByte(line[i])
			}
			open = true
		case '\\':
			i++
			plain.WriteByte(line[i])
		default:
			plain.WriteByte(c)
		}
	}
	if flush(); open || word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}
