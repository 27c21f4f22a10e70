package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/sla"
)

// closing sums the week up: what the timelines, ledgers and counts say.
func (h *host) closing() {
	now := h.clock.now
	var cases []interaction.Case
	for _, customer := range []string{"sato", "weber"} {
		ids, err := h.desk.Store.CasesOf(h.ctx, customer)
		if err != nil {
			h.fail(err)
			return
		}
		for _, id := range ids {
			c, err := h.desk.Case(h.ctx, id)
			if err != nil {
				h.fail(err)
				return
			}
			cases = append(cases, c)
			h.onePage(c)
		}
	}
	h.counts(cases, now)
	h.attainment(cases)
	h.levelStory("c1")
}

// onePage is what the next agent sees of a case.
func (h *host) onePage(c interaction.Case) {
	tl, err := interaction.NewTimeline(c.Interactions()...)
	if err != nil {
		h.fail(err)
		return
	}
	h.page.heading(fmt.Sprintf("%s: %s, %s (%s)", c.ID, c.Customer, c.Issue, c.Status))
	for x := range tl.All() {
		h.page.printf("  %s  %-8s  %s\n", h.page.stamp(x.At), x.Direction, x.Channel.Label())
	}
	h.page.printf("  effort: %s\n", c.Effort(h.clock.now))
	for _, f := range c.Facts(h.clock.now, time.Minute) {
		text := f.Detail
		if f.By != 0 {
			text = f.By.Round(time.Second).String()
		}
		h.page.printf("  fact: %s %s %s\n", f.Kind, f.Ref, text)
	}
}

func (h *host) counts(cases []interaction.Case, now time.Time) {
	h.page.heading("The week in figures")
	var promises interaction.PromiseCounts
	var contacts []interaction.Contact
	var issues []interaction.ResolvedIssue
	for _, c := range cases {
		for _, p := range c.Promises {
			promises.Add(p, now, time.Minute)
		}
		tl, err := interaction.NewTimeline(c.Interactions()...)
		if err != nil {
			h.fail(err)
			return
		}
		contacts = slices.AppendSeq(contacts, tl.Contacts())
		issues = append(issues, c.FirstContactRow())
	}
	if kept, err := promises.KeptRate(); err == nil {
		within, err := kept.Interval(0.95)
		if err != nil {
			h.fail(err)
			return
		}
		h.page.printf("  promises kept: %s, 95 %% interval %.0f to %.0f %% (%s, n = %d), %d early\n",
			kept, 100*within.Low, 100*within.High, within.Method, within.N, promises.Early)
	}
	book := interaction.NewContactBook(slices.Values(contacts))
	for _, issue := range issues {
		verdict, why := book.FirstContact(issue, 7*24*time.Hour, now)
		h.page.printf("  settled at first contact: %s %s, %s\n", issue.ID, verdict, why[0].Text)
	}
}

// attainment lists the verdicts on every cycle of every clock, each under the
// version of the policy that judged it, and counts them.
func (h *host) attainment(cases []interaction.Case) {
	h.page.heading("Service levels")
	var all []sla.Verdict
	for _, c := range cases {
		report, ok := h.judge(c.ID)
		if !ok {
			return
		}
		for _, v := range report.Verdicts {
			v.Case = c.ID
			all = append(all, v)
			h.page.printf("  %-3s %-15s cycle %d: %s, %s of %s, %s\n", v.Case, v.Metric, v.Cycle, v.Outcome, v.Elapsed, v.Goal, v.Policy)
		}
	}
	sum := sla.Attain(slices.Values(all))
	if rate, ok := sum.Rate(); ok {
		h.page.printf("  met %d, breached %d: %.0f %%\n", sum.Met, sum.Late, 100*rate)
	}
}

// levelStory tells how the service levels of a case came to stand as they do:
// every start, pause and change of target.
func (h *host) levelStory(id string) {
	events, err := h.desk.Store.LoadCase(h.ctx, id)
	if err != nil {
		h.fail(err)
		return
	}
	lines, err := sla.Explain(h.levels, signals(events, sla.Facts{"case": id}), h.clock.now)
	if err != nil {
		h.fail(err)
		return
	}
	h.page.heading("How the service levels of " + id + " came about")
	for _, l := range lines {
		h.page.printf("  %s\n", l)
	}
}
