package culture

import "slices"

// planning is a plan in the making.
type planning struct {
	resolver  *Resolver
	context   Context
	situation Situation
	rule      planRule
	steps     []Step
	omitted   []Step
}

// planRule varies a plan. The rules run in their order, each on what the ones before
// left.
type planRule struct {
	id         string
	situations []Situation
	apply      func(*planning)
}

// planRules are the rules, in the order in which they run.
func planRules() []planRule {
	all := Situations()
	hard := []Situation{Complaint, Delay, Refusal, BadNews}
	return []planRule{
		{"talk.none", []Situation{FirstContact, FollowUp}, talkNone},
		{"talk.brief", []Situation{FirstContact, FollowUp}, talkBrief},
		{"talk.opening", []Situation{FirstContact, FollowUp}, talkOpening},
		{"greeting.wellbeing", all, greetingWellbeing},
		{"negotiation.relationship", []Situation{FirstContact}, relationshipFirst},
		{"direct.plain", []Situation{Refusal, BadNews}, directPlain},
		{"direct.soft", []Situation{FirstContact, Refusal, BadNews, FollowUp}, directSoft},
		{"apology.none", []Situation{Complaint, Delay}, apologyNone},
		{"apology.regret_first", []Situation{Complaint, Delay}, apologyRegretFirst},
		{"apology.effort", []Situation{Complaint, Delay}, apologyEffort},
		{"apology.shared", []Situation{Complaint, Delay, BadNews}, apologyShared},
		{"apology.treatment", []Situation{Complaint}, apologyTreatment},
		{"apology.owned", []Situation{Complaint, Delay}, apologyOwned},
		{"empathy.manner", hard, empathyManner},
		{"face.private", hard, facePrivate},
		{"channel.written", []Situation{FirstContact, Complaint, Delay, BadNews}, channelWritten},
	}
}

// index is the place of an act; -1 where it is not in the plan.
func (p *planning) index(a Act) int {
	return slices.IndexFunc(p.steps, func(s Step) bool { return s.Act == a })
}

// sure reports whether an answer may change the plan. One that may not becomes advice on
// the given act, or on the greeting where the plan does not have it.
func (p *planning) sure(g Answer[Guidance], a Act) bool {
	if !g.Ask {
		return true
	}
	i := max(p.index(a), 0)
	s := &p.steps[i]
	if !slices.ContainsFunc(s.Advice, func(x Answer[Guidance]) bool { return x.Value.Fact == g.Value.Fact && g.Value.Fact != "" }) {
		s.Advice, s.Ask = append(s.Advice, g), true
	}
	return false
}

// because gives a step the rule and the answer as its reason.
func (p *planning) because(a Act, g Answer[Guidance], how, why string) {
	i := p.index(a)
	if i < 0 {
		return
	}
	p.steps[i] = p.reason(p.steps[i], g, how, why)
}

func (p *planning) reason(s Step, g Answer[Guidance], how, why string) Step {
	if how != "" {
		s.How = how
	}
	s.Rule, s.Why, s.Basis, s.Confidence = p.rule.id, why+"; "+g.String(), g.Basis, g.Confidence
	s.Sources, s.Facts = slices.Clone(g.Sources), slices.Clone(g.Facts)
	return s
}

// insert puts a new step behind another one.
func (p *planning) insert(behind, a Act, g Answer[Guidance], how, why string) {
	if p.index(a) < 0 {
		p.steps = slices.Insert(p.steps, p.index(behind)+1, Step{Act: a})
	}
	p.because(a, g, how, why)
}

// move puts a step behind another one, where the plan has both.
func (p *planning) move(a, behind Act) {
	from := p.index(a)
	if from < 0 || p.index(behind) < 0 {
		return
	}
	s := p.steps[from]
	p.steps = slices.Delete(p.steps, from, from+1)
	p.steps = slices.Insert(p.steps, p.index(behind)+1, s)
}

// omit takes a step out and keeps the reason.
func (p *planning) omit(a Act, g Answer[Guidance], why string) {
	i := p.index(a)
	if i < 0 {
		return
	}
	p.omitted = append(p.omitted, p.reason(p.steps[i], g, "", why))
	p.steps = slices.Delete(p.steps, i, i+1)
}

// reading is the typed value of a dimension with a single one, and the answer behind it
// with the Ask and the conflicts of the typed answer.
func reading[T comparable](p *planning, d Dimension, read func(string) (T, bool)) (T, Answer[Guidance]) {
	var none T
	typed := one(p.resolver, p.context, d, read, none)
	for _, g := range p.resolver.Guidance(p.context, d) {
		if v, ok := read(g.Value.Value); ok && v == typed.Value {
			g.Ask, g.Conflicts = typed.Ask, typed.Conflicts
			return v, g
		}
	}
	return none, Answer[Guidance]{Ask: true}
}

// first is the first answer of a dimension whose values add up that has one of the
// wanted values, the sure ones before the others.
func first[T comparable](p *planning, d Dimension, read func(string) (T, bool), wanted ...T) (Answer[Guidance], bool) {
	var found []Answer[Guidance]
	for _, g := range p.resolver.Guidance(p.context, d) {
		if v, ok := read(g.Value.Value); ok && slices.Contains(wanted, v) {
			found = append(found, g)
		}
	}
	if found == nil {
		return Answer[Guidance]{}, false
	}
	sure := slices.IndexFunc(found, func(g Answer[Guidance]) bool { return !g.Ask })
	return found[max(sure, 0)], true
}

func talkNone(p *planning) {
	if level, g := reading(p, SmallTalk, smallTalkOf); (level == NoTalk || level == LittleTalk) && p.sure(g, TalkSmall) {
		p.omit(TalkSmall, g, "the matter comes first")
	}
}

func talkBrief(p *planning) {
	if level, g := reading(p, SmallTalk, smallTalkOf); level == BriefTalk && p.sure(g, TalkSmall) {
		p.because(TalkSmall, g, "a sentence or two, nothing private, then the matter", "a short opening is enough")
	}
}

func talkOpening(p *planning) {
	level, g := reading(p, SmallTalk, smallTalkOf)
	if (level != OpeningTalk && level != LongTalk) || !p.sure(g, TalkSmall) {
		return
	}
	how := "take time to talk before the matter, and let the other person turn to it"
	if level == LongTalk {
		how = "expect the talk to be long, and let it be; the matter may wait for another day"
	}
	behind := Greet
	if p.situation == FirstContact {
		behind = Introduce
	}
	p.insert(behind, TalkSmall, g, how, "talk before the matter builds the trust on which it rests")
}

func greetingWellbeing(p *planning) {
	g, ok := first(p, Greeting, greetingOf, AskWellbeing)
	if !ok || !p.sure(g, Greet) {
		return
	}
	if p.index(TalkSmall) < 0 {
		p.insert(Greet, TalkSmall, g, "ask how the person and those around them are, without haste", "a rushed greeting is heard as coldness")
		return
	}
	p.because(Greet, g, "greet without haste, and ask how the person is", "a rushed greeting is heard as coldness")
}

func relationshipFirst(p *planning) {
	g, ok := first(p, Negotiation, negotiationOf, RelationshipFirst)
	if !ok || !p.sure(g, Offer) {
		return
	}
	p.because(Offer, g, "propose to meet or speak again, rather than a deal", "trust comes before the matter")
	p.omit(Confirm, g, "there is no agreement to sum up at a first contact")
}

func directPlain(p *planning) {
	level, g := reading(p, Directness, directnessOf)
	if level != Direct {
		return
	}
	switch p.situation {
	case Refusal:
		if p.sure(g, Decline) {
			p.move(Decline, Greet)
			p.because(Decline, g, "say no in the first sentence, politely and without detours", "plain speech is taken as respect")
			p.omit(Thank, g, "a thank-you before a no reads as a detour")
		}
	default:
		if p.sure(g, Inform) {
			p.move(Inform, Greet)
			p.because(Inform, g, "say the news in the first sentences, whole", "plain speech is taken as respect")
			p.move(Clarify, Acknowledge)
		}
	}
}

func directSoft(p *planning) {
	level, g := reading(p, Directness, directnessOf)
	if level != Indirect {
		return
	}
	switch p.situation {
	case Refusal:
		if p.sure(g, Decline) {
			p.move(Decline, Offer)
			p.because(Decline, g, "let the no follow from the reason and the alternative, in soft words", "a bare no can be heard as harsh")
			p.insert(Decline, Confirm, g, "make sure that it was understood as a no: name what will happen, and what will not", "a soft no must still be a no")
		}
	case BadNews:
		if p.sure(g, Inform) {
			p.move(Inform, Explain)
			p.because(Inform, g, "let the news follow from the circumstances, in soft and clear words", "news without its setting can be heard as harsh")
			p.move(Acknowledge, Inform)
		}
	default:
		if p.sure(g, Clarify) {
			p.because(Clarify, g, "ask open questions; a yes may mean that you were heard, not that you were agreed with", "a plain no may not come")
		}
	}
}

// apologyNone heeds a person, or a host, who wants no apology.
func apologyNone(p *planning) {
	g := p.resolver.Best(p.context, Apology)
	if (g.Value.Value == "none" || g.Value.Value == "no_apology") && p.sure(g, Apologise) {
		p.omit(Apologise, g, "it is not wanted")
	}
}

func apologyRegretFirst(p *planning) {
	g, ok := first(p, Apology, apologyOf, RegretFirst)
	if !ok || p.index(Apologise) < 0 || !p.sure(g, Apologise) {
		return
	}
	behind := Greet
	if p.situation == Complaint {
		behind = Listen // nobody apologises over the person's words
	}
	p.move(Apologise, behind)
	p.because(Apologise, g, "express regret for the trouble before anything else, and again at the end", "a reason that comes before the regret is heard as an excuse")
	p.move(Explain, Offer)
	p.because(Explain, g, "give the cause late and in brief, after what you do about it", "a reason that comes before the regret is heard as an excuse")
}

func apologyEffort(p *planning) {
	if g, ok := first(p, Apology, apologyOf, VisibleEffort); ok && p.sure(g, Offer) {
		p.because(Offer, g, "say what has already been done, step by step, and what comes next; then the remedy", "sincerity is judged by visible effort")
	}
}

func apologyShared(p *planning) {
	g, ok := first(p, Apology, apologyOf, SharedRegret)
	if !ok || !p.sure(g, Apologise) {
		return
	}
	how := "express regret in the name of the firm, also where nobody of it is at fault"
	if p.situation == BadNews {
		p.insert(Acknowledge, Apologise, g, how, "regret restores trust without being an admission")
		return
	}
	p.because(Apologise, g, how, "regret restores trust without being an admission")
}

func apologyTreatment(p *planning) {
	if g, ok := first(p, Apology, apologyOf, RespectfulTreatment); ok && p.sure(g, Acknowledge) {
		p.because(Acknowledge, g, "give the person time and attention before any talk of compensation", "how the person is treated weighs more than what they get")
	}
}

func apologyOwned(p *planning) {
	if g, ok := first(p, Apology, apologyOf, OwnedFault); ok && p.sure(g, Apologise) {
		p.because(Apologise, g, "own the fault there is, plainly, and no other; where none is known, regret the trouble", "an apology is heard as taking the blame")
	}
}

// empathyManner heeds what a person or a host says on how concern is shown.
func empathyManner(p *planning) {
	g := p.resolver.Best(p.context, Empathy)
	if g.Basis == Fallback || !p.sure(g, Acknowledge) {
		return
	}
	p.because(Acknowledge, g, "show concern in this way: "+g.Value.String(), "concern is shown as the person takes it")
}

func facePrivate(p *planning) {
	g, ok := first(p, Face, faceOf, KeepHarmony, ProtectReputation, CorrectInPrivate, StayCalm)
	if !ok || !p.sure(g, Greet) {
		return
	}
	p.insert(Greet, TakeAside, g, "speak where nobody else listens or reads, name no culprit, and stay calm", "a fault named before others costs standing")
}

func channelWritten(p *planning) {
	g, ok := first(p, ChannelPreference, channelOf, InWriting)
	if !ok || p.index(Confirm) < 0 || !p.sure(g, Confirm) {
		return
	}
	p.because(Confirm, g, "sum up in writing what was agreed, and by when", "the written word counts")
}

// cautions are what holds throughout a plan: every word of the person, also where a rule
// turned it into a step, and what is known of the dimensions that no rule looks at.
func (p *planning) cautions() []Answer[Guidance] {
	dimensions := []Dimension{PlainLanguage, Patience, ServiceExpectation, StereotypeCaution}
	if p.situation == FirstContact {
		dimensions = append(dimensions, Punctuality, Gift, Dress, LanguagePreference, NonVerbal)
	} else {
		dimensions = append(dimensions, Face, NonVerbal)
	}
	for _, d := range Dimensions() {
		g := p.resolver.Best(p.context, d)
		own := (g.Basis == Individual || g.Basis == Observed) && d != FormalityDefault // the greeting has that
		if own && !slices.Contains(dimensions, d) {
			dimensions = append(dimensions, d)
		}
	}
	var found []Answer[Guidance]
	for _, d := range dimensions {
		for _, g := range p.resolver.Guidance(p.context, d) {
			if g.Basis != Fallback {
				found = append(found, g)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Answer[Guidance]) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		default:
			return 0
		}
	})
	return found
}
