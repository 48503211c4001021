package main

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"pitdesk/internal/pgtest"
	"pitdesk/tenants"
)

// TestFromNothingToTheFirstAnsweredChat is what a reseller does on its first day, through the program's own commands and API: its
// account, a casino, a player who asks and an operator who answers.
func TestFromNothingToTheFirstAnsweredChat(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north := officeOf(ctx, t, h, "North")
	began := time.Now()
	made := north.send("POST", "/tenants", "first-casino", demoCasinoNamed("lucky-fox"))
	inside := north.within(made.text("id"))
	ruta := inside.must(201, "POST", "/staff", map[string]any{"email": "ruta@fox.example", "name": "Rūta", "role": "operator"}).text("id")

	player := backOffice{t, h, "", "", "lucky-fox.localhost"}
	session := player.chat("POST", "/chat/api/session", "", map[string]any{})
	chat := player.chat("POST", "/chat/api/conversations", session.text("token"), map[string]any{"client_id": "first-words-1", "text": "Where is my withdrawal?"})
	conversation := chat.text("conversation", "id")
	if chat.status != 201 || conversation == "" {
		t.Fatalf("the chat takes no message: %d %s", chat.status, chat.raw)
	}
	inside.must(200, "POST", "/conversations/"+conversation+"/assign", map[string]any{"agent": ruta})
	inside.must(201, "POST", "/conversations/"+conversation+"/replies", map[string]any{"text": "It is on its way."})
	answered := player.chat("GET", "/chat/api/conversations/"+conversation+"/entries", session.text("token"), nil)
	if !strings.Contains(answered.raw, "It is on its way.") {
		t.Fatalf("the player reads %d %s", answered.status, answered.raw)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("from nothing to the first answer took %s", took)
	} else {
		t.Logf("from nothing to the first answer: %s", took)
	}
}

// chat sends a request of the player's chat, which is no part of the API.
func (b backOffice) chat(method, path, token string, body any) heard {
	b.t.Helper()
	b.secret = token
	return b.at(method, path, "", body)
}

var printedKey = regexp.MustCompile(`\nrk_[0-9a-z]{52}\n`)

func TestTheCommandMakesAResellerAndItsKeys(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	settings := map[string]string{"PITDESK_DATA": t.TempDir(), "PITDESK_DATABASE_URL": db.AppURL, "PITDESK_CONTROL_DATABASE_URL": db.ControlURL}
	add := start(t, settings, "reseller", "add", "north", "--name", "North Tables", "--email", "desk@north.example")
	if code := add.end(time.Minute); code != 0 || !printedKey.MatchString(add.out.String()) || !strings.Contains(add.out.String(), "res_") {
		t.Fatalf("%d: %s", code, add.out.String())
	}
	more := start(t, settings, "reseller", "key", "north", "--name", "Reader", "--scopes", "tenants:read,conversations:read", "--networks", "203.0.113.0/24", "--for", "720h")
	if code := more.end(time.Minute); code != 0 {
		t.Fatalf("%d: %s", code, more.out.String())
	}
	doors := tenants.NewDoors(db.Control(t), "localhost")
	for out, scopes := range map[*program]int{add: 0, more: 2} {
		k, err := doors.ByAPIKey(context.Background(), strings.TrimSpace(printedKey.FindString(out.out.String())))
		if err != nil || len(k.Scopes) != scopes || k.Reseller == tenants.Nobody {
			t.Errorf("the printed key is %+v, %v", k, err)
		}
	}
	for _, bad := range [][]string{{"reseller", "add", "north", "--name", "Again", "--email", "desk@north.example"}, {"reseller", "key", "nobody"},
		{"reseller", "key", "north", "--scopes", "everything:write"}, {"reseller", "key", "north", "--networks", "here"}} {
		if p := start(t, settings, bad...); p.end(time.Minute) == 0 || printedKey.MatchString(p.out.String()) {
			t.Errorf("%v succeeds: %s", bad, p.out.String())
		}
	}
}
