package main

import (
	"context"

	"pitdesk/internal/i18n"
	"pitdesk/tenants/languages"
)

// demoWords are what a demo casino says its own way, by language and text, and which languages it offers its players.
type demoWords struct {
	players []string
	texts   map[string]map[string]string
}

// golden speaks like the concierge of a hotel.
var golden = demoWords{players: []string{"en", "ru", "ar"}, texts: map[string]map[string]string{
	"en": {"chat.title": "Concierge", "chat.write": "How may we help you?"},
	"ru": {"chat.title": "Консьерж", "chat.write": "Чем мы можем помочь?"},
	"ar": {"chat.title": "الكونسيرج", "chat.write": "كيف يمكننا مساعدتك؟"},
}}

// speak gives the casino its words. The languages that its players aren't offered its staff still are.
func (s *seeding) speak(ctx context.Context) error {
	words := s.plan.words
	if words.players == nil {
		return nil
	}
	if err := languages.Save(ctx, s.tx, languages.Settings{Fallback: s.plan.language, Players: words.players}); err != nil {
		return err
	}
	for lang, texts := range words.texts {
		for id, text := range texts {
			if err := languages.Set(ctx, s.tx, lang, id, i18n.Text{"other": text}); err != nil {
				return err
			}
		}
	}
	return nil
}
