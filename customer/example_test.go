package customer_test

import (
	"fmt"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/customer"
)

func Example() {
	email, err := customer.NewEmail("Aiko.Tanaka@Example.JP")
	if err != nil {
		fmt.Println(err)
		return
	}
	at := func(month time.Month) time.Time { return time.Date(2026, month, 1, 0, 0, 0, 0, time.UTC) }
	consent, err := customer.ConsentLog{}.Append(
		customer.ConsentRecord{
			Type: customer.Granted, Purpose: customer.Marketing, Channel: customer.AnyChannel,
			Basis: customer.BasisConsent, At: at(time.January), Expires: at(time.December),
			Proof: &customer.Proof{Method: "web_form", Wording: "2026-1"},
		},
		customer.ConsentRecord{Type: customer.Withdrawn, Purpose: customer.Marketing, Channel: customer.BySMS, At: at(time.March)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := customer.Customer{
		ID: "c-1001", Kind: customer.Person,
		Names:     customer.Names{{Use: customer.LegalName, Full: "田中愛子", Locale: language.Japanese}},
		Languages: customer.Languages{{Tag: language.Japanese}},
		Zone:      "Asia/Tokyo",
		Points:    customer.ContactPoints{email},
		Consent:   consent,
	}
	fmt.Println(c.Validate())
	for _, channel := range []customer.Channel{customer.ByEmail, customer.BySMS} {
		q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: channel, Point: email.Canonical, At: at(time.May)}
		fmt.Println(channel, c.Consent.Allowed(q))
	}
	fmt.Println(c, c.Names[0], email) // nothing personal is printed
	name, _ := c.Name()
	fmt.Println(name.Display()) // unless asked for
	// Output:
	// <nil>
	// email allow: granted until 2026-12-01T00:00:00Z
	// sms deny: withdrawn
	// customer.Customer(c-1001) customer.Name[redacted] customer.ContactPoint[redacted]
	// 田中愛子
}
