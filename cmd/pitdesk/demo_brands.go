package main

import (
	"context"
	"embed"

	"github.com/uptrace/bun"

	"pitdesk/internal/blob"
	"pitdesk/internal/picture"
	"pitdesk/tenants/brands"
	"pitdesk/tenants/pictures"
)

//go:embed demo/*.png
var demoPictures embed.FS

// demoBrands are the faces of the demo's casinos, by slug: two houses that nobody takes for one, and that nobody takes for real.
var demoBrands = map[string]brands.Brand{
	"lucky-fox": {
		Name: "Lucky Fox", LegalName: "Lucky Fox Demo N.V. (made up)", Site: "https://www.lucky-fox.example",
		Accent: "#c2410c", AccentDark: "#fb923c", Corners: brands.Round, Side: brands.End, Bottom: 20, Inset: 20,
		Greeting: brands.Texts{
			"en": "Hi, this is the Fox's den. Tell us what happened, and we will sniff it out.",
			"ru": "Привет, это нора Лиса. Расскажите, что случилось, и мы разберёмся.",
			"lt": "Labas, čia Lapės ola. Papasakokite, kas nutiko, ir mes išsiaiškinsime.",
		},
		Sender: "Lucky Fox Support",
		Signature: brands.Texts{
			"en": "Warmly,\nyour team at Lucky Fox",
			"ru": "С теплом,\nваша команда Lucky Fox",
			"lt": "Šiltai,\njūsų „Lucky Fox“ komanda",
		},
		Footer: brands.Texts{
			"en": "A demo casino: nobody plays here. 18+ · Play responsibly.",
			"ru": "Демонстрационное казино: здесь никто не играет. 18+ · Играйте ответственно.",
			"lt": "Demonstracinis kazino: čia niekas nežaidžia. 18+ · Žaiskite atsakingai.",
		},
	},
	"golden-reel": {
		Name: "Golden Reel", LegalName: "Golden Reel Demo Ltd (made up)", Site: "https://www.golden-reel.example",
		Accent: "#14532d", AccentDark: "#d4a72c", Corners: brands.Square, Side: brands.Start, Bottom: 32, Inset: 32,
		Greeting: brands.Texts{
			"en": "Good evening and welcome to Golden Reel. How may we assist you?",
			"ru": "Добрый вечер, это Golden Reel. Чем можем быть полезны?",
			"lt": "Labas vakaras, čia „Golden Reel“. Kuo galime padėti?",
		},
		Sender: "Golden Reel Concierge",
		Signature: brands.Texts{
			"en": "Yours sincerely,\nGolden Reel Concierge",
			"ru": "С уважением,\nконсьерж-служба Golden Reel",
			"lt": "Pagarbiai,\n„Golden Reel“ konsjeržai",
		},
		Footer: brands.Texts{
			"en": "Made up for demonstration. No game here takes money. 18+",
			"ru": "Вымышлено для демонстрации. Ни одна игра здесь не принимает деньги. 18+",
			"lt": "Išgalvota demonstracijai. Joks žaidimas čia neima pinigų. 18+",
		},
	},
}

// demoFace gives a demo casino its face, with logos of its own.
func demoFace(ctx context.Context, tx bun.Tx, files blob.Store, slug string) error {
	b := demoBrands[slug]
	for _, p := range []struct {
		name   *string
		file   string
		limits picture.Limits
	}{{&b.Logo, slug + ".png", picture.Logo}, {&b.LogoDark, slug + "-dark.png", picture.Logo}, {&b.Icon, slug + "-icon.png", picture.Icon}} {
		raw, err := demoPictures.Open("demo/" + p.file)
		if err != nil {
			return err
		}
		read, err := picture.Read(raw, p.limits)
		if err != nil {
			return err
		}
		if *p.name, err = pictures.Keep(ctx, files, read); err != nil {
			return err
		}
	}
	return brands.Set(ctx, tx, b)
}
