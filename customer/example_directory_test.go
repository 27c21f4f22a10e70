package customer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rapport-go/rapport/customer"
)

// Two records of one person are merged, found to be two people, and one of them asks to
// be erased.
func ExampleDirectory() {
	ctx := context.Background()
	d := &customer.Directory{Store: &customer.MemStore{}, Salt: []byte("a secret of the host")}
	n := 0
	request := func(id customer.ID) customer.Request {
		n++
		return customer.Request{Key: fmt.Sprint("request-", n), ID: id, At: time.Date(2026, 5, 1, 9, n, 0, 0, time.UTC)}
	}
	do := func(id customer.ID, commands ...customer.Command) {
		for _, cmd := range commands {
			if _, err := d.Do(ctx, request(id), cmd); err != nil {
				fmt.Println(err)
			}
		}
	}
	email, err := customer.NewEmail("kim@example.org")
	if err != nil {
		fmt.Println(err)
		return
	}
	do("c-1", customer.Created{Kind: customer.Person}, customer.ZoneSet{Zone: "Asia/Seoul"}, customer.Tagged{Tag: "camera"})
	do("c-2", customer.Created{Kind: customer.Person}, customer.ZoneSet{Zone: "Europe/Paris"}, customer.PointAdded{Point: email})

	_, plan, err := d.Merge(ctx, request("c-1"), "c-2", &customer.MergePolicy{Reason: "same card"})
	fmt.Println(plan, err)
	fmt.Println(plan.Conflicts[0])
	c, err := d.Load(ctx, "c-2")
	fmt.Println(c, c.Zone, len(c.Points), err)

	c, _, err = d.Unmerge(ctx, request("c-1"), "c-1/4", nil)
	fmt.Println(c, c.Zone, len(c.Points), err)

	receipt, err := d.Erase(ctx, request("c-2"), nil)
	for _, r := range receipt.Removed {
		fmt.Println("removed", r.Count, r.Field)
	}
	fmt.Println(len(receipt.Suppressed), "suppressed", err)
	// Output:
	// customer.MergePlan(c-2 into c-1, 1 conflicts) <nil>
	// customer.Conflict(zone: c-2's, newest)
	// customer.Customer(c-1) Europe/Paris 1 <nil>
	// customer.Customer(c-1) Asia/Seoul 0 <nil>
	// removed 1 kind
	// removed 1 points
	// removed 1 zone
	// 1 suppressed <nil>
}

func ExampleDecide() {
	c := customer.Customer{ID: "c-1"}
	now := time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)
	for _, cmd := range []customer.Command{
		customer.Created{Kind: customer.Person},
		customer.MoveStage{To: customer.Active},
		customer.MoveStage{To: customer.Lead},
		customer.Tagged{Tag: "camera"},
		customer.Tagged{Tag: "camera"},
	} {
		events, err := customer.Decide(c, cmd, now, nil)
		if err != nil {
			fmt.Println(err)
		}
		for _, e := range events {
			if c, err = customer.Apply(c, e); err != nil {
				fmt.Println(err)
			}
			fmt.Println(e)
		}
	}
	// Output:
	// customer.Event(c-1 1 created)
	// customer.Event(c-1 2 stage_changed)
	// customer: command refused: c-1 revision 2: move_stage: stage "active" to "lead": a step back needs a reason
	// customer.Event(c-1 3 tagged)
}

func ExamplePartialDate_Birthday() {
	birth, err := customer.ParsePartialDate("--02-29")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, policy := range []customer.LeapDay{customer.LeapDayBefore, customer.LeapDayAfter, customer.LeapDayOnly} {
		b, ok := birth.Birthday(2027, policy)
		fmt.Println(policy, b.Date, b.Moved, ok)
	}
	// Output:
	// before 2027-02-28 true true
	// after 2027-03-01 true true
	// only 0000-00-00 false false
}

func ExampleParsePhone() {
	for _, row := range [][2]string{{"090-1234-5678", "JP"}, {"06 1234567", "IT"}, {"+49 (0)30 123456", ""}, {"12345", ""}} {
		p, err := customer.ParsePhone(row[0], row[1], customer.PhonePlans{})
		fmt.Println(p.Canonical, err)
	}
	// Output:
	// +819012345678 <nil>
	// +39061234567 <nil>
	// +4930123456 <nil>
	//  customer: phone: is no number of the region's numbering plan
}

// bookParser stands for an adapter of a full parser of the host's choice, such as a port
// of libphonenumber: it asks the library to parse, to say whether the number can be
// anybody's, and to write it as E.164.
type bookParser struct{ numbers map[string]string }

func (b bookParser) E164(typed, region string) (string, error) {
	number, ok := b.numbers[region+" "+typed]
	if !ok {
		return "", errors.New("not a number")
	}
	return number, nil
}

func (bookParser) KnowsEveryPlan() bool { return true }

func ExampleFullPhoneParser() {
	full := bookParser{map[string]string{"DE 030/123456": "+4930123456", " +49 030 123456": "+4930123456"}}
	for _, row := range [][2]string{{"030/123456", "DE"}, {"+49 030 123456", ""}, {"+49 111", ""}} {
		p, err := customer.ParsePhone(row[0], row[1], full)
		fmt.Println(p.Canonical, err)
	}
	// Output:
	// +4930123456 <nil>
	// +4930123456 <nil>
	//  customer: phone: is no number of the region's numbering plan
}

func ExamplePostalAddress_Envelope() {
	for _, p := range []customer.PostalAddress{
		{Street: "Heidestr. 17", PostalCode: "51147", Locality: "Köln", Country: "DE"},
		{Street: "1600 Pennsylvania Ave NW", Locality: "Washington", Area: "DC", PostalCode: "20500", Country: "US"},
		{Street: "神宮前1-2-3", Locality: "渋谷区", Area: "東京都", PostalCode: "150-0001", Country: "JP"},
	} {
		lines, known := p.Envelope(&customer.EnvelopeOptions{Recipient: []string{"Aiko Tanaka"}, From: "DE"})
		fmt.Println(strings.Join(lines, " / "), known)
	}
	// Output:
	// Aiko Tanaka / Heidestr. 17 / 51147 Köln true
	// Aiko Tanaka / 1600 Pennsylvania Ave NW / Washington, DC 20500 / UNITED STATES true
	// 〒150-0001 / 東京都渋谷区 / 神宮前1-2-3 / Aiko Tanaka / JAPAN true
}

func ExamplePlanMerge() {
	a := customer.Customer{ID: "a", External: customer.ExternalIDs{{Source: "shop", Kind: "account", Value: "1"}}}
	b := customer.Customer{ID: "b", External: customer.ExternalIDs{{Source: "shop", Kind: "account", Value: "2"}}}
	_, err := customer.PlanMerge(a, b, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), nil)
	fmt.Println(err)
	// Output:
	// customer: merge refused: they have different ids of source shop, kind account
}

func ExampleName_In() {
	n := customer.Name{
		Full: "山田 太郎",
		Forms: []customer.NameForm{
			{Script: "Latn", Full: "Taro Yamada"},
			{Script: "Kana", System: "kana", Full: "ヤマダ タロウ"},
		},
	}
	latin, ok := n.In("Latn")
	fmt.Println(latin.Display(), ok)
	fmt.Println(n.SortKey())
	// Output:
	// Taro Yamada true
	// やまだ たろう
}
