package phrase_test

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
	"github.com/rapport-go/rapport/culture/phrase"
)

// A refusal in three languages: each says it in its own order.
func ExampleBook_Say() {
	for _, tag := range []language.Tag{language.German, language.BritishEnglish, language.Japanese} {
		p, err := phrase.Default().Say(phrase.Request{
			Locale: tag, Scenario: phrase.Delay, Register: culture.Formal, Medium: phrase.Chat,
			Args:   map[string]string{"case": "A-1042", "date": "12.3."},
			Drafts: true, // no native speaker has reviewed what is built in
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Text)
		fmt.Println(" ", p.Status, "-", p.Fallback)
	}
	// Output:
	// Ich bitte Sie um Entschuldigung für die Verzögerung. Ihre Bestellung A-1042 trifft später ein als angekündigt. Der neue Termin ist der 12.3. Passt Ihnen das nicht, sagen Sie es mir bitte, dann suchen wir einen anderen Weg.
	//   draft - as asked
	// I apologise for the delay. Your order A-1042 will arrive later than planned. The new date is 12.3. Should this not suit you, please tell me and we will look for another way.
	//   draft - as asked
	// お届けが遅れ、誠に申し訳ございません。ご注文A-1042の新しいお届け日は12.3.でございます。ご都合に合わない場合はお知らせください。別の方法をご用意いたします。
	//   draft - as asked
}

// Agreement is stated, never guessed: who speaks Thai says ครับ or ค่ะ, or neither.
func ExampleAgreement() {
	for _, speaker := range []phrase.Gender{phrase.Unknown, phrase.Feminine, phrase.Masculine} {
		p, err := phrase.Default().Say(phrase.Request{
			Locale: language.Thai, Scenario: phrase.Thank, Register: culture.Formal, Medium: phrase.Chat,
			Agreement: phrase.Agreement{Speaker: speaker}, Drafts: true,
		})
		fmt.Println(speaker, p.Text, err)
	}
	// Output:
	// unknown ขอบคุณที่ติดต่อเข้ามา <nil>
	// feminine ขอบคุณที่ติดต่อเข้ามาค่ะ <nil>
	// masculine ขอบคุณที่ติดต่อเข้ามาครับ <nil>
}

// The lint is for a host's own messages too.
func ExampleLinter_Lint() {
	l, err := phrase.NewLinter(&phrase.LintOptions{Glossaries: []phrase.Glossary{{
		Locale: language.German, Entries: []phrase.PlainWord{{Jargon: "Retoure*", Plain: "Rücksendung"}},
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := l.Lint("Beruhigen Sie sich! Deine Retoure kommt garantiert an.", phrase.Target{
		Locale: language.MustParse("de-AT"), Register: culture.Formal, Medium: phrase.Letter,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range found {
		fmt.Printf("%s, %s: %q %s; %s\n", f.Rule, f.Severity, f.Excerpt, f.Why, f.Suggestion)
	}
	// Output:
	// soothing, fault: "Beruhigen Sie sich" tells the reader what to feel, which makes anger grow; say Ich verstehe Ihren Ärger
	// exclamation, advice: "!" an exclamation mark too many for the register formal; write a full stop
	// register, fault: "Deine" belongs to another register than formal; say Ihr
	// jargon, advice: "Retoure" is a word of ours rather than of the reader; say Rücksendung
	// promise, advice: "garantiert" promises what nobody can be sure to keep; say Wir tun Folgendes
}

// A host's own text as a template: values are put in as they are.
func ExampleTemplate_Render() {
	t, err := phrase.ParseTemplate(`Hello {$name}, your code is \{{$code}\}.`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Render(map[string]string{"name": "{$code}", "code": "X1"}, nil))
	_, err = t.Render(map[string]string{"name": "Ana", "extra": "1"}, nil)
	fmt.Println(strings.ReplaceAll(err.Error(), "\n", "; "))
	// Output:
	// Hello {$code}, your code is {X1}. <nil>
	// phrase: argument "code": is missing; phrase: argument "extra": is not an argument of this text
}

// The steps of a plan and the phrases that say them.
func ExampleForStep() {
	plan, err := culture.Default().Plan(culture.Context{Lang: language.German}, culture.Refusal)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, step := range plan.Steps {
		fmt.Println(step.Act, phrase.ForStep(step.Act))
	}
	fmt.Println(phrase.Default().Order(language.German, phrase.Refuse).Acts)
	// Output:
	// greet [greet]
	// thank [thank]
	// acknowledge [empathise acknowledge]
	// explain []
	// decline [refuse]
	// offer [propose_solution no_solution_yet escalate]
	// close [farewell]
	// [explain decline apologise offer]
}
