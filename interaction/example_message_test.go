package interaction_test

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/interaction"
)

// sent is what the host sent and stored.
type sent struct{ messages, tokens map[string]string }

func (s sent) ThreadOfMessage(id string) (string, bool) { t, ok := s.messages[id]; return t, ok }
func (s sent) ThreadOfToken(token string) (string, bool) {
	t, ok := s.tokens[token]
	return t, ok
}

func ExampleFindThread() {
	index := sent{messages: map[string]string{"m1@desk.example": "t1"}, tokens: map[string]string{"k7Qp": "t2"}}
	for _, block := range []string{
		"Subject: Re: Invoice\r\nReferences: <m0@else.example>\r\n <m1@desk.example>\r\n",
		"Subject: Re: Invoice\r\nTo: Help <help+k7Qp@desk.example>\r\n",
		"Subject: Re: Invoice\r\nFrom: sato@example.org\r\n",
	} {
		header, err := interaction.ParseHeader(block)
		if err != nil {
			fmt.Println(err)
			return
		}
		link := interaction.FindThread(interaction.InboundOf(header), index, nil)
		fmt.Printf("%s %q\n%s", link.Basis, link.Thread, link.Trace)
	}
	// Output:
	// reference "t1"
	// references: answers m1@desk.example of thread t1
	// token "t2"
	// references: it answers no message
	// token: k7Qp is of thread t2
	// new ""
	// references: it answers no message
	// token: it carries none
	// new thread: an equal subject alone is no ground
}

// phrasebook stands for a machine that translates.
type phrasebook map[string]string

func (p phrasebook) Translate(_ context.Context, text interaction.Text, to language.Tag) (interaction.Translation, error) {
	return interaction.Translation{Text: interaction.Text{Lang: to, Body: p[text.Body]}, Machine: true, By: "phrasebook"}, nil
}

func ExampleTranslate() {
	at := time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	m := interaction.Message{
		ID: "m1", At: at, By: interaction.Actor{ID: "u1", Role: interaction.RoleCustomer},
		Original: interaction.Text{Lang: language.Portuguese, Body: "O pacote não chegou."},
	}
	m, err := interaction.Translate(context.Background(), phrasebook{"O pacote não chegou.": "The parcel has not come."}, m, language.English, at)
	if err != nil {
		fmt.Println(err)
		return
	}
	read := m.In(language.BritishEnglish)
	fmt.Println(read.Body, "machine:", read.Machine, "by:", read.By)
	fmt.Println(m.Original.Body)
	// Output:
	// The parcel has not come. machine: true by: phrasebook
	// O pacote não chegou.
}

func ExampleCommunityThread() {
	at := time.Date(2024, 6, 3, 9, 0, 0, 0, time.UTC)
	thread, err := interaction.NewCommunityThread("t1", "u1", at)
	if err != nil {
		fmt.Println(err)
		return
	}
	thread, err = thread.Reply(interaction.Post{ID: "p1", Author: "u2", At: at.Add(time.Hour), Standing: interaction.StandingPeer})
	if err != nil {
		fmt.Println(err)
		return
	}
	thread, err = thread.Accept("p1", interaction.Actor{ID: "u1", Role: interaction.RoleCustomer}, at.Add(2*time.Hour))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("solved by a peer:", thread.SolvedByPeer())
	for _, fact := range thread.Facts() {
		fmt.Println(fact.Kind, fact.Customer, fact.Ref)
	}
	// Output:
	// solved by a peer: true
	// answer_given u2 p1
	// answer_accepted u2 p1
}
