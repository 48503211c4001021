package api

import "time"

// The examples in the document: one story, Mara's late withdrawal.
const (
	exampleAgent = "agt_06ey3pjmrskbk9ks8x4w2ptxqg"
	exampleTeam  = "tea_06ey3pjmrskbk9ks8x4w2ptxqg"
	exampleTopic = "top_06ey3pjmrskbk9ks8x4w2ptxqg"
)

var exampleTime = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return exampleTime.Add(time.Duration(minutes-1440) * time.Minute) }

var exampleConversation = Conversation{
	ID: "cnv_06ey3pjmrskbk9ks8x4w2ptxqg", State: "open", Channel: "chat", Language: "ru",
	Player:      PlayerBrief{ID: "ply_06ey3pjmrskbk9ks8x4w2ptxqg", Name: "Mara", Verified: true, Status: "active", VIP: "gold"},
	Agent:       &AgentBrief{Named: Named{exampleAgent, "Rūta"}},
	Team:        &TeamBrief{Named: Named{exampleTeam, "Payments"}},
	Topic:       &TopicOf{TopicBrief: TopicBrief{ID: exampleTopic, Key: "withdrawals"}},
	Tags:        []Named{{"tag_06ey3pjmrskbk9ks8x4w2ptxqg", "bank's side"}},
	LastMessage: &MessageBrief{By: "player", Text: "Где мой вывод?", At: at(0)},
	WaitingSince: func() *time.Time {
		t := at(0)
		return &t
	}(),
	TurnAt: at(0), CreatedAt: at(0), LastSeq: 1,
}

var exampleEntry = Entry{
	ID: "ent_06ey3pjmrskbk9ks8x4w2ptxqg", Conversation: exampleConversation.ID, Seq: 2, Kind: "message", Visibility: "player",
	Author: Author{Kind: "agent", ID: "key_06ey3pjmrskbk9ks8x4w2ptxqg", Name: "CRM"}, Channel: "chat", Language: "en",
	Text: "It is on its way.", ClientID: "crm-8812", HappenedAt: at(3), RecordedAt: at(3),
}

var exampleNote = func() Entry {
	e := exampleEntry
	e.Seq, e.Kind, e.Visibility, e.Text, e.ClientID, e.Language = 3, "note", "staff", "Called the bank.", "crm-8814", ""
	return e
}()

var examplePlayer = Player{
	ID: "ply_06ey3pjmrskbk9ks8x4w2ptxqg", Sub: "player-4711", Name: "Mara", Email: "mara@players.example", Language: "ru", Country: "LT",
	VIP: "gold", Status: "active", Verified: true, CreatedAt: at(-9000), SeenAt: at(0),
}

var exampleUpload = Upload{ID: "fil_06ey3pjmrskbk9ks8x4w2ptxqg", Name: "statement.pdf", Type: "application/pdf", Size: 48211}

var exampleKey = Key{ID: "key_06ey3pjmrskbk9ks8x4w2ptxqg", Name: "CRM", Role: "lead",
	Casino: CasinoInfo{ID: "ten_06ey3pjmrskbk9ks8x4w2ptxqg", Name: "Demo Casino", Language: "en"}}

var (
	exampleTopics = page[Topic]{Data: []Topic{{TopicBrief{ID: exampleTopic, Key: "withdrawals"}, false, false}}}
	exampleTeams  = page[Team]{Data: []Team{{Named{exampleTeam, "Payments"}, false}}}
	exampleTags   = page[Named]{Data: exampleConversation.Tags}
	exampleAgents = page[Agent]{Data: []Agent{{Named{exampleAgent, "Rūta"}, "operator", nil}}}
)

func examplePage[T any](v T) page[T] { return page[T]{Data: []T{v}, HasMore: true, Next: "AQAGO2n4"} }

const exampleStream = "retry: 2000\n\nevent: ready\ndata: {}\n\n" +
	"event: entry\ndata: {\"id\":\"ent_…\",\"conversation\":\"cnv_…\",\"seq\":2,\"kind\":\"message\",\"text\":\"It is on its way.\",…}\n\n"
