package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// runDemo starts the demo on a free port in a folder.
func runDemo(t *testing.T, data string) (*program, demoFacts) {
	t.Helper()
	p := start(t, map[string]string{"PITDESK_ADDR": "127.0.0.1:0", "PITDESK_DATA": data}, "demo")
	return p, p.demo(data)
}

func TestTheDemo(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	one, facts := runDemo(t, data)
	two, others := runDemo(t, t.TempDir()) // beside it
	checkFacts(t, facts)
	if facts.BaseURL == others.BaseURL || facts.Casinos[0].ID == others.Casinos[0].ID {
		t.Errorf("two demos side by side share %s or %s", facts.BaseURL, facts.Casinos[0].ID)
	}
	fox := facts.Casinos[0]
	if status, body := askAt(t, "GET", others.Casinos[0].URL+"/v1/conversations", fox.APIKey, nil); status != 401 {
		t.Errorf("one demo's key is answered by the other with %d %s", status, body)
	}

	// A card number that a player sends, and one in an address, stay out of log and database.
	const pan = "5399 0412 3654 7891"
	token, conversation := chatWords(t, fox.URL, "Take "+pan)
	askAt(t, "GET", fox.URL+"/inbox/"+strings.ReplaceAll(pan, " ", ""), "", nil)
	status, body := askAt(t, "GET", fox.URL+"/v1/conversations/"+conversation+"/entries", fox.APIKey, nil)
	if status != 200 || !strings.Contains(body, "Take 5399 04") || strings.Contains(body, "0412 3654") {
		t.Errorf("the masked message reads %d %s", status, body)
	}
	checkLog(t, one.err.String(), strings.TrimPrefix(fox.ID, "ten_"))

	// While it is served, doctor and verify work beside it.
	for command, want := range map[string]string{"doctor": "ok ", "verify": conversation + ": whole"} {
		args := []string{command}
		if command == "verify" {
			args = append(args, conversation)
		}
		p := start(t, map[string]string{"PITDESK_DATA": data}, args...)
		if code := p.end(2 * time.Minute); code != 0 || !strings.Contains(p.out.String(), want) {
			t.Errorf("%s ended with %d, saying %q", command, code, p.out.String())
		}
	}

	// So do those that look after secrets: all are sealed, and the key can be changed under what runs.
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"seal", "status"}, "Secrets are sealed since"}, {[]string{"seal", "rotate"}, "New secrets are sealed under key"},
		{[]string{"seal", "reseal"}, "secrets were sealed."}, {[]string{"seal", "status"}, "retired"}, {[]string{"seal", "drop"}, "1 keys were forgotten."},
	} {
		p := start(t, map[string]string{"PITDESK_DATA": data}, c.args...)
		if code := p.end(2 * time.Minute); code != 0 || !strings.Contains(p.out.String(), c.want) {
			t.Errorf("%v ended with %d, saying %q", c.args, code, p.out.String())
		}
	}
	if info, err := os.Stat(filepath.Join(data, "keys", "seal.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the keys: %v, %v", info, err)
	}

	// SIGTERM ends open streams, and the process with them.
	stream := send(t, "GET", fox.URL+"/chat/api/stream?conversation="+conversation+"&after=0", token, nil)
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "event: entry") {
	}
	took := one.stop()
	for lines.Scan() {
	}
	if took > 15*time.Second {
		t.Errorf("with an open stream the stop took %s", took)
	}

	// Started again it has what it had.
	again, facts2 := runDemo(t, data)
	if facts2.Casinos[0].ID != fox.ID || facts2.Casinos[0].APIKey != fox.APIKey || facts2.Casinos[0].ChatKey != fox.ChatKey {
		t.Errorf("after the restart the casino is %+v", facts2.Casinos[0])
	}
	fox = facts2.Casinos[0]
	if status, body := askAt(t, "GET", fox.URL+"/v1/conversations/"+conversation+"/entries", fox.APIKey, nil); status != 200 || !strings.Contains(body, "Take 5399 04") {
		t.Errorf("after the restart the conversation reads %d %s", status, body)
	}
	if status, _ := askAt(t, "GET", fox.URL+"/chat/api/conversations", token, nil); status != 200 {
		t.Errorf("after the restart the visitor's token is answered %d", status)
	}
	again.stop()
	two.stop()
	for _, name := range []string{"keys/heads.pem", "heads.log"} {
		if info, err := os.Stat(filepath.Join(data, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// checkFacts compares demo.json with what issue and README promise to scripts.
func checkFacts(t *testing.T, f demoFacts) {
	t.Helper()
	if len(f.Casinos) != 2 || f.Casinos[0].Name != "Lucky Fox" || f.Casinos[1].Name != "Golden Reel" {
		t.Fatalf("demo.json lists %+v", f.Casinos)
	}
	for _, c := range f.Casinos {
		if !strings.HasPrefix(c.ID, "ten_") || !strings.HasSuffix(c.Host, ".localhost") || !strings.HasPrefix(c.URL, "http://"+c.Host+":") ||
			c.APIKey == "" || c.ChatKey.ID == "" || len(c.ChatKey.Secret) < 32 || c.ChatKey.Alg != "HS256" ||
			c.Player.Sub == "" || c.Player.Name == "" || !strings.HasPrefix(c.Conversation, "cnv_") {
			t.Errorf("demo.json says %+v", c)
		}
		roles := map[string]bool{}
		for _, s := range c.Staff {
			roles[s.Role] = s.Email != "" && s.Password != ""
		}
		if !roles["operator"] || !roles["lead"] || !roles["admin"] {
			t.Errorf("%s's staff is %+v", c.Name, c.Staff)
		}
		if status, body := askAt(t, "GET", c.URL+"/v1/conversations/"+c.Conversation, c.APIKey, nil); status != 200 {
			t.Errorf("%s's conversation answers its key with %d %s", c.Name, status, body)
		}
	}
}

// checkLog wants every line to be JSON, requests to name themselves and their casino, and no card number.
func checkLog(t *testing.T, text, casino string) {
	t.Helper()
	requests := 0
	for line := range strings.Lines(text) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("the log says %q", line)
			continue
		}
		if strings.Contains(line, "04123654") || strings.Contains(line, "0412 3654") {
			t.Errorf("the log holds a card number: %s", line)
		}
		if fields["msg"] == "request" && strings.HasPrefix(fields["path"].(string), "/chat/api/conversations") {
			requests++
			if id, _ := fields["request"].(string); len(id) != 36 {
				t.Errorf("a request is logged without its id: %s", line)
			}
			if id, _ := fields["tenant"].(string); len(id) != 36 {
				t.Errorf("a request is logged without its casino: %s", line)
			}
		}
	}
	if requests == 0 {
		t.Errorf("no request of %s was logged", casino)
	}
}
