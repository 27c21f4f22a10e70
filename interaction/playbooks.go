package interaction

import "slices"

// The playbooks that ship. They are teaching sequences of the field, restated;
// no acronym is law, and hosts change or replace them as data.
const (
	PlaybookLAST  = "last"
	PlaybookHEARD = "heard"
	PlaybookLEARN = "learn"
	PlaybookCARP  = "carp"
	PlaybookISO   = "iso_10002"
)

// DefaultPlaybooks lists LAST, HEARD, LEARN, CARP and the complaint process of
// ISO 10002, fresh at each call.
func DefaultPlaybooks() []*Playbook {
	specs := []PlaybookSpec{lastSpec(), heardSpec(), learnSpec(), carpSpec(), isoSpec()}
	out := make([]*Playbook, len(specs))
	for i, s := range specs {
		out[i] = &Playbook{spec: s}
	}
	return out
}

// DefaultPlaybook finds one of DefaultPlaybooks by its name.
func DefaultPlaybook(name string) (*Playbook, bool) {
	all := DefaultPlaybooks()
	i := slices.IndexFunc(all, func(p *Playbook) bool { return p.Name() == name })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

func listen(name, does string) PlaybookStep {
	return PlaybookStep{Name: name, Act: ActListen, Does: does, Evidence: []string{"summary"}, Before: BeforeResolved}
}

func acknowledge(name, does string) PlaybookStep {
	return PlaybookStep{Name: name, Act: ActAcknowledge, Does: does, Before: BeforeResolved}
}

func solve(name, does string) PlaybookStep {
	return PlaybookStep{Name: name, Act: ActSolve, Does: does, Before: BeforeResolved}
}

func lastSpec() PlaybookSpec {
	return PlaybookSpec{
		Name: PlaybookLAST, Title: "Listen, apologise, solve, thank",
		Source: "service-recovery sequence taught in hospitality; origin not established",
		Steps: []PlaybookStep{
			listen("listen", "Let the customer finish; read the concern back in one sentence."),
			acknowledge("apologise", "Name what went wrong for the customer and apologise for it."),
			solve("solve", "Do what helps, or say what will be done and until when."),
			{Name: "thank", Act: ActThank, Does: "Thank the customer for having told us.", Before: BeforeClosed},
		},
	}
}

func heardSpec() PlaybookSpec {
	return PlaybookSpec{
		Name: PlaybookHEARD, Title: "Hear, empathise, apologise, resolve, diagnose",
		Source: "guest-recovery sequence taught at the Disney Institute",
		Steps: []PlaybookStep{
			listen("hear", "Let the customer tell the whole story without interruption; read it back."),
			acknowledge("empathise", "Name the feeling and show that it is understood."),
			acknowledge("apologise", "Apologise sincerely, without excuses."),
			solve("resolve", "Settle it quickly; ask what would make it right."),
			{Name: "diagnose", Act: ActLearn, Does: "Find out why it happened, without blame.", Evidence: []string{"root_cause"}, Before: BeforeClosed},
		},
	}
}

func learnSpec() PlaybookSpec {
	return PlaybookSpec{
		Name: PlaybookLEARN, Title: "Listen, empathise, apologise, resolve, next steps",
		Source: "service sequence taught in retail and hotels; R is also read as react, N as now",
		Steps: []PlaybookStep{
			listen("listen", "Let the customer finish; read the concern back."),
			acknowledge("empathise", "Name the feeling and show that it is understood."),
			acknowledge("apologise", "Apologise for what the customer went through."),
			solve("resolve", "Settle it, or act on it at once."),
			{Name: "next_steps", Act: ActInform, Does: "Say what happens now, and when the customer hears from us.", Before: BeforeClosed},
		},
	}
}

func carpSpec() PlaybookSpec {
	return PlaybookSpec{
		Name: PlaybookCARP, Title: "Control, acknowledge, refocus, problem-solve",
		Source: "Bacal, If It Wasn't for the Customers I'd Really Like This Job (2011)",
		Steps: []PlaybookStep{
			{Name: "control", Act: ActSteer, Does: "Keep calm, set the pace, let the first anger pass.", Before: BeforeResolved},
			acknowledge("acknowledge", "Name the anger and what caused it; do not judge, do not take it personally."),
			{Name: "refocus", Act: ActSteer, Does: "Lead from the anger to the matter.", Evidence: []string{"question"}, Before: BeforeResolved},
			solve("problem_solve", "Work on the matter together, with options."),
		},
	}
}

func isoSpec() PlaybookSpec {
	return PlaybookSpec{
		Name: PlaybookISO, Title: "Handling of a complaint",
		Source:   "ISO 10002:2018, clause 7 (operation of the complaints-handling process), restated",
		Progress: Business(5 * 8 * hour),
		Steps: []PlaybookStep{
			{Name: "receive", Act: ActListen, Does: "Record the complaint under a unique id with the remedy wanted.", Evidence: []string{"complaint_id", "summary", "remedy"}, Before: BeforeResolved},
			{Name: "acknowledge", Act: ActAcknowledge, Does: "Tell the complainant at once that it arrived and is taken seriously.", Before: BeforeResolved, Within: DefaultTargets().Acknowledge},
			{Name: "assess", Act: ActAssess, Does: "Weigh severity, safety, complexity, impact and urgency.", Evidence: []string{"severity", "impact", "urgency"}, Before: BeforeResolved},
			{Name: "investigate", Act: ActSolve, Does: "Find out what happened, in proportion to the assessment.", Before: BeforeResolved},
			{Name: "respond", Act: ActSolve, Does: "Offer a remedy, or say when one can be expected.", Before: BeforeResolved},
			{Name: "communicate", Act: ActInform, Does: "Tell the complainant the decision and its reasons.", Evidence: []string{"decision"}, Before: BeforeResolved},
			{Name: "close", Act: ActClose, Does: "Close when it is accepted; otherwise name further recourse inside and outside.", Evidence: []string{"acceptance_or_recourse"}, Before: BeforeClosed},
		},
	}
}
