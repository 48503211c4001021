package views

import (
	"context"
	"encoding/json"

	"pitdesk/internal/i18n"
)

// inboxWords are the few texts that the page's script says by itself.
func inboxWords(ctx context.Context) string {
	raw, _ := json.Marshal(map[string]string{
		"now":          i18n.T(ctx, "common.now"),
		"minutes":      i18n.N(ctx, "common.span_minutes", 0),
		"hours":        i18n.N(ctx, "common.span_hours", 0),
		"days":         i18n.N(ctx, "common.span_days", 0),
		"ahead":        i18n.T(ctx, "common.in_span", "Span", "0"),
		"sending":      i18n.T(ctx, "common.sending"),
		"notSent":      i18n.T(ctx, "inbox.not_sent"),
		"again":        i18n.T(ctx, "common.try_again"),
		"discard":      i18n.T(ctx, "inbox.discard"),
		"looking":      i18n.T(ctx, "inbox.looking", "Name", "\x00"),
		"typing":       i18n.T(ctx, "inbox.typing", "Name", "\x00"),
		"replying":     i18n.T(ctx, "inbox.replying", "Name", "\x00"),
		"passedOn":     i18n.T(ctx, "inbox.draft_kept"),
		"remove":       i18n.T(ctx, "common.remove"),
		"unreached":    i18n.T(ctx, "common.unreached"),
		"filesTooMany": i18n.T(ctx, "inbox.files_too_many"),
	})
	return string(raw)
}

func rowWords(ctx context.Context, r RowProps) string {
	switch {
	case r.Erased:
		return i18n.T(ctx, "inbox.erased")
	case r.Words == "" && r.Files:
		return i18n.T(ctx, "inbox.sent_files")
	}
	return r.Words
}

func assigneeWord(ctx context.Context, p TalkProps) string {
	switch {
	case p.Mine:
		return i18n.T(ctx, "inbox.assigned_me")
	case p.Assignee != "":
		return p.Assignee
	case p.Team != "":
		return p.Team
	}
	return i18n.T(ctx, "inbox.unassigned")
}

func authorWord(ctx context.Context, e EntryProps) string {
	switch {
	case e.Mine:
		return i18n.T(ctx, "common.you")
	case e.Author == FromBot:
		return i18n.T(ctx, "inbox.bot")
	case e.Author == FromAI:
		return i18n.T(ctx, "inbox.ai")
	case e.Author == FromSystem:
		return i18n.T(ctx, "inbox.system")
	case e.Author == FromPlayer:
		return NameOf(ctx, e.Name)
	case e.Name == "":
		return i18n.T(ctx, "inbox.someone")
	}
	return e.Name
}
