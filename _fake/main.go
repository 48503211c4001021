package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"pitdesk/internal/i18n"
	"pitdesk/views"
)

type entry map[string]any

var (
	mu      sync.Mutex
	entries []entry
	subs    = map[chan [2]any]bool{}
	seen    = map[string]int{"player": 0, "agent": 0, "delivered": 0}
	started bool
	email   string
	agents  = true
	down    bool
	ids     = map[string]entry{}
	files   = map[string][]byte{}
)

func conv() map[string]any {
	n := 0
	prev := ""
	for _, e := range entries {
		if e["author"] == "agent" && e["seq"].(int) > seen["player"] {
			n++
		}
		prev = fmt.Sprint(e["text"])
	}
	return map[string]any{"id": "cnv_1", "state": "open", "topic": nil, "started_at": time.Now(), "last_at": time.Now(), "last_seq": len(entries), "unread": n, "linked": false, "preview": prev, "seen": seen, "agent": nil, "queue": map[string]any{"ahead": 2, "agents": agents}, "address": email}
}
func say(event string, v any) {
	for c := range subs {
		select {
		case c <- [2]any{event, v}:
		default:
		}
	}
}
func add(author, name, text, cid string, fs any) entry {
	e := entry{"conversation": "cnv_1", "seq": len(entries) + 1, "kind": "message", "author": author, "name": name, "text": text, "files": fs, "at": time.Now().UTC(), "client_id": cid, "erased": false}
	if s, ok := fs.([]any); fs == nil || (ok && s == nil) {
		e["files"] = []any{}
	}
	entries = append(entries, e)
	say("entry", e)
	return e
}
func out(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(v)
}

func config(lang string) map[string]any {
	return map[string]any{"name": "Lucky Fox", "language": lang, "dir": "ltr", "agents": agents, "greeting": i18n.Messages(lang, "chat")["chat.hello"], "topics": []map[string]string{{"id": "top_1", "name": "Withdrawals"}, {"id": "top_2", "name": "Bonuses and promotions"}, {"id": "top_3", "name": "Verification"}, {"id": "top_4", "name": "Responsible gaming"}}, "limits": map[string]int{"text": 5000, "files": 10, "file_bytes": 10 << 20}, "words": i18n.Messages(lang, "chat"), "embedder": ""}
}

func main() {
	mux := http.NewServeMux()
	mux.Handle("/assets/", views.Assets())
	mux.HandleFunc("/theme.css", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/css")
		io.WriteString(w, views.Theme("#d9480f"))
	})
	mux.HandleFunc("/chat.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		ws := map[string]any{}
		for _, l := range []string{"en", "ru", "lt", "ar-XB"} {
			m := i18n.Messages(l, "chat")
			ws[l] = map[string]any{"open": m["chat.open_panel"], "close": m["chat.close"], "write": m["chat.write"], "away": m["chat.unreachable"], "title": m["chat.title"], "rtl": l == "ar-XB"}
		}
		g, c := views.LauncherColours("#d9480f")
		b, _ := json.Marshal(map[string]any{"name": "Lucky Fox", "accent": g, "on": c, "language": "en", "words": ws})
		fmt.Fprintf(w, "(function(brand){%s})(%s)", views.AssetBytes("chat-loader.js"), b)
	})
	mux.HandleFunc("/chat", func(w http.ResponseWriter, r *http.Request) {
		if down {
			http.Error(w, "down", 503)
			return
		}
		lang := i18n.Negotiate(r.Header.Get("Accept-Language"), r.FormValue("language"))
		ctx := i18n.With(r.Context(), lang)
		cfg := config(lang)
		cfg["embedder"] = r.FormValue("origin")
		scheme := r.FormValue("theme")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
		views.Chat(views.ChatPage{Name: "Lucky Fox", Notice: i18n.T(ctx, "chat.notice", "Name", "Lucky Fox"), Foot: i18n.T(ctx, "chat.licence", "Name", "Lucky Fox"), Scheme: scheme, Config: cfg, There: agents}).Render(ctx, w)
	})
	api := http.NewServeMux()
	api.HandleFunc("POST /chat/api/session", func(w http.ResponseWriter, r *http.Request) {
		var in map[string]any
		json.NewDecoder(r.Body).Decode(&in)
		cs := []any{}
		if started {
			cs = append(cs, conv())
		}
		out(w, 201, map[string]any{"token": "t", "expires_at": time.Now().Add(time.Hour), "player": map[string]any{"id": "ply_1", "name": "Mara", "verified": in["identity"] != nil}, "conversations": cs})
	})
	api.HandleFunc("DELETE /chat/api/session", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	api.HandleFunc("GET /chat/api/conversations", func(w http.ResponseWriter, r *http.Request) {
		cs := []any{}
		if started {
			cs = append(cs, conv())
		}
		out(w, 200, map[string]any{"conversations": cs})
	})
	msg := func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Client string `json:"client_id"`
			Text   string
			Files  []string
		}
		json.NewDecoder(r.Body).Decode(&in)
		started = true
		e, ok := ids[in.Client]
		if !ok {
			var fs []any
			for _, f := range in.Files {
				fs = append(fs, map[string]any{"id": f, "name": f, "type": "image/png", "size": len(files[f]), "width": 200, "height": 100, "url": "/files/" + f})
			}
			e = add("player", "", in.Text, in.Client, fs)
			ids[in.Client] = e
		}
		out(w, 201, map[string]any{"entry": e, "conversation": conv()})
	}
	api.HandleFunc("POST /chat/api/conversations", msg)
	api.HandleFunc("POST /chat/api/conversations/{id}/messages", msg)
	api.HandleFunc("GET /chat/api/conversations/{id}/entries", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.FormValue("after"))
		out(w, 200, map[string]any{"entries": append([]entry{}, entries[n:]...), "more": false})
	})
	api.HandleFunc("POST /chat/api/conversations/{id}/typing", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	api.HandleFunc("POST /chat/api/conversations/{id}/seen", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Seq int }
		json.NewDecoder(r.Body).Decode(&in)
		seen["player"] = in.Seq
		w.WriteHeader(204)
	})
	api.HandleFunc("PUT /chat/api/conversations/{id}/address", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Email string }
		json.NewDecoder(r.Body).Decode(&in)
		email = in.Email
		w.WriteHeader(204)
	})
	api.HandleFunc("POST /chat/api/files", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		n := r.FormValue("name")
		files[n] = b
		out(w, 201, map[string]any{"file": map[string]any{"id": n, "name": n, "type": "image/png", "size": len(b), "width": 200, "height": 100, "url": "/files/" + n}})
	})
	mux.HandleFunc("/files/{n}", func(w http.ResponseWriter, r *http.Request) { w.Write(files[r.PathValue("n")]) })
	mux.HandleFunc("GET /chat/api/stream", func(w http.ResponseWriter, r *http.Request) {
		if down {
			http.Error(w, "down", 503)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		after, _ := strconv.Atoi(r.FormValue("after"))
		c := make(chan [2]any, 50)
		mu.Lock()
		for _, e := range entries[after:] {
			c <- [2]any{"entry", e}
		}
		c <- [2]any{"seen", seen}
		subs[c] = true
		mu.Unlock()
		defer func() { mu.Lock(); delete(subs, c); mu.Unlock() }()
		t := time.NewTicker(15 * time.Second)
		for {
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-t.C:
				fmt.Fprint(w, "event: ping\ndata: {}\n\n")
			case e := <-c:
				b, _ := json.Marshal(e[1])
				fmt.Fprintf(w, "event: %s\ndata: %s\n\n", e[0], b)
			}
		}
	})
	mux.HandleFunc("/chat/api/", func(w http.ResponseWriter, r *http.Request) {
		if down {
			http.Error(w, "down", 503)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		api.ServeHTTP(w, r)
	})
	// control
	mux.HandleFunc("/ctl/{do}", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch r.PathValue("do") {
		case "say":
			add("agent", "Tomas", r.FormValue("text"), "", nil)
		case "typing":
			say("typing", map[string]string{"name": "Tomas"})
		case "seen":
			seen["agent"] = len(entries)
			say("seen", seen)
		case "agents":
			agents = r.FormValue("v") == "1"
			say("presence", map[string]any{"agents": agents, "agent": nil, "state": "open"})
		case "down":
			down = r.FormValue("v") == "1"
		case "erase":
			n, _ := strconv.Atoi(r.FormValue("seq"))
			say("erased", map[string]int{"seq": n})
		}
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		desk := "http://desk.localhost:" + os.Args[1]
		id := ""
		if r.FormValue("id") != "" {
			id = "identity: async () => 'x.eyJzdWIiOiJtYXJhIn0.y',"
		}
		fmt.Fprintf(w, `<!doctype html><meta name=viewport content="width=device-width"><title>casino</title><style>*{font-family:serif;color:red}div{border:3px solid lime}</style><h1>Casino</h1><p>%s</p><script async src="%s/chat.js"></script><script>window.Desk=window.Desk||function(){(Desk.q=Desk.q||[]).push(arguments)};Desk('boot',{%s language:%q, theme:%q});Desk('onUnreadCountChange',n=>document.title='n'+n)</script>`, strings.Repeat("lorem ipsum ", 100), desk, id, r.FormValue("lang"), r.FormValue("theme"))
	})
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], mux))
}
