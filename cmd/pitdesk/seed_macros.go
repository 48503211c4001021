package main

import (
	"context"

	"github.com/google/uuid"

	"pitdesk/authz"
	"pitdesk/desk"
)

// macros gives the desk the replies that every desk writes first, and the views it looks through.
func (s *seeding) macros(ctx context.Context) error {
	hours := func(n int) *int { minutes := 60 * n; return &minutes }
	topic := func(key string) *uuid.UUID { id := s.topics[key]; return &id }
	payments := s.teams["Payments"]
	for _, m := range []desk.Macro{
		{Name: "Hello", Shortcut: "hi", Texts: map[string]string{
			"en": "Hello {{player.first_name|there}}, {{agent.first_name}} of {{casino.name}} here. I am looking into it right now.",
			"ru": "Здравствуйте, {{player.first_name}}! Это {{agent.first_name}}, {{casino.name}}. Уже смотрю ваш вопрос.",
			"lt": "Laba diena, {{player.first_name}}! Čia {{agent.first_name}} iš {{casino.name}}. Jau žiūriu jūsų klausimą."}},
		{Name: "Payout waits for the bank", Shortcut: "bank", Topic: topic("withdrawals"), Tags: []string{"bank's side"}, Assign: desk.AssignMe,
			SnoozeMinutes: hours(24), Texts: map[string]string{
				"en": "{{player.first_name|Hello}}, your withdrawal left us and is with your bank now. It usually arrives within one banking day. I will look again tomorrow and tell you.",
				"ru": "{{player.first_name|Здравствуйте}}, мы отправили ваш вывод, сейчас он в банке. Обычно деньги приходят за один банковский день. Завтра я проверю ещё раз и напишу вам.",
				"lt": "{{player.first_name|Laba diena}}, jūsų išmoka iš mūsų jau išėjo ir yra banke. Paprastai pinigai ateina per vieną banko dieną. Rytoj patikrinsiu dar kartą ir parašysiu."}},
		{Name: "Ask for documents", Shortcut: "kyc", Team: &payments, Topic: topic("verification"), Tags: []string{"documents"}, Texts: map[string]string{
			"en": "To finish the verification please send a photo of your identity document, all four corners visible, and a bill with your address, not older than three months.",
			"ru": "Чтобы завершить проверку, пришлите фото документа, на котором видны все четыре угла, и счёт с вашим адресом не старше трёх месяцев.",
			"lt": "Kad baigtume patikrą, atsiųskite dokumento nuotrauką, kurioje matomi visi keturi kampai, ir sąskaitą su jūsų adresu, ne senesnę kaip trijų mėnesių."}},
		{Name: "Thank you and goodbye", Shortcut: "bye", Resolve: true, Texts: map[string]string{
			"en": "Glad that it is settled. If anything else comes up, write here at any hour.",
			"ru": "Рады, что всё решилось. Если что-то ещё, пишите в любое время.",
			"lt": "Džiaugiamės, kad pavyko. Jei dar ko prireiks, rašykite bet kuriuo metu."}},
		{Name: "To a lead: player in distress", Shortcut: "lead", Topic: topic("responsible_gaming"), Tags: []string{"distress"}},
	} {
		if err := desk.AddMacro(authz.With(ctx, s.one(authz.Lead)), s.tx, &m); err != nil {
			return err
		}
	}
	withdrawals := s.topics["withdrawals"]
	for _, v := range []desk.View{
		{Name: "Late payouts", Topic: &withdrawals, Order: desk.Waiting},
		{Name: "Payments, nobody has it", Team: &payments, Holder: desk.HeldByNobody},
	} {
		if err := desk.AddView(authz.With(ctx, s.one(authz.Lead)), s.tx, &v); err != nil {
			return err
		}
	}
	return nil
}
