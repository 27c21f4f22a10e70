package listen

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

type replyDoc struct {
	Default      timesDoc    `json:"default" strictjson:"required"`
	Sources      []sourceDoc `json:"sources,omitempty"`
	Risk         []string    `json:"risk,omitempty"`
	Exclude      []string    `json:"exclude,omitempty"`
	Match        *matchDoc   `json:"match,omitempty"`
	HighAtMost   int         `json:"high_at_most,omitempty"`
	MediumAtMost int         `json:"medium_at_most,omitempty"`
}

type timesDoc struct {
	Low      int64 `json:"low_minutes,omitempty"`
	Medium   int64 `json:"medium_minutes,omitempty"`
	High     int64 `json:"high_minutes,omitempty"`
	Critical int64 `json:"critical_minutes,omitempty"`
}

type sourceDoc struct {
	Source string   `json:"source" strictjson:"required"`
	Reply  timesDoc `json:"reply" strictjson:"required"`
}

type matchDoc struct {
	Kana            bool `json:"kana,omitempty"`
	Marks           bool `json:"marks,omitempty"`
	Gap             bool `json:"gap,omitempty"`
	PartialKatakana bool `json:"partial_katakana,omitempty"`
}

// ParseReplyPolicy reads a reply policy from strict JSON:
//
//	default         {"low_minutes", "medium_minutes", "high_minutes", "critical_minutes"}; absent or 0 is no reply due
//	sources         [{"source": "maps", "reply": {"high_minutes": 720}}]
//	risk, exclude   lists of words
//	match           {"kana", "marks", "gap", "partial_katakana"}
//	high_at_most, medium_at_most   stars
//
// Unknown and repeated fields are refused, every fault of the form at once with its path, under
// [ErrReplyPolicy]. [NewReplies] checks the rest.
func ParseReplyPolicy(data []byte) (ReplyPolicy, error) {
	var d replyDoc
	if err := strictjson.Decode(data, &d, nil); err != nil {
		return ReplyPolicy{}, fmt.Errorf("%w: %w", ErrReplyPolicy, err)
	}
	var fs strictjson.Faults
	p := ReplyPolicy{
		Default: d.Default.times("default", &fs), Risk: d.Risk, Exclude: d.Exclude,
		HighAtMost: d.HighAtMost, MediumAtMost: d.MediumAtMost,
	}
	if m := d.Match; m != nil {
		p.Match = &MatchOptions{Kana: m.Kana, Marks: m.Marks, Gap: m.Gap, PartialKatakana: m.PartialKatakana}
	}
	for i, s := range d.Sources {
		path := strictjson.Index("sources", i)
		if _, again := p.Sources[s.Source]; again {
			fs.Add(path+".source", strictjson.ErrDuplicate, "%q", clip(s.Source))
		}
		if p.Sources == nil {
			p.Sources = map[string]ReplyTimes{}
		}
		p.Sources[s.Source] = s.Reply.times(path+".reply", &fs)
	}
	if err := fs.Err(); err != nil {
		return ReplyPolicy{}, fmt.Errorf("%w: %w", ErrReplyPolicy, err)
	}
	return p, nil
}

func (d timesDoc) times(path string, fs *strictjson.Faults) (out ReplyTimes) {
	for i, n := range [...]int64{d.Low, d.Medium, d.High, d.Critical} {
		if n < 0 || n > 100*366*24*60 {
			fs.Add(fmt.Sprintf("%s.%v_minutes", path, Severity(i+1)), strictjson.ErrValue, "is below zero or more than 100 years")
			continue
		}
		out[i] = time.Duration(n) * time.Minute
	}
	return out
}

// MarshalJSON writes the form that [ParseReplyPolicy] reads. Times that are no whole
// minutes have none and are an error.
func (p ReplyPolicy) MarshalJSON() ([]byte, error) {
	fs := faults{err: ErrReplyPolicy}
	doc := func(path string, t ReplyTimes) timesDoc {
		for i, d := range t {
			if d%time.Minute != 0 {
				fs.add(fmt.Sprintf("%s[%v]", path, Severity(i+1)), "%v is not a whole number of minutes", d)
			}
		}
		return timesDoc{int64(t[0] / time.Minute), int64(t[1] / time.Minute), int64(t[2] / time.Minute), int64(t[3] / time.Minute)}
	}
	d := replyDoc{
		Default: doc("Default", p.Default), Risk: p.Risk, Exclude: p.Exclude, HighAtMost: p.HighAtMost, MediumAtMost: p.MediumAtMost,
	}
	if m := p.Match; m != nil {
		d.Match = &matchDoc{m.Kana, m.Marks, m.Gap, m.PartialKatakana}
	}
	for _, source := range slices.Sorted(maps.Keys(p.Sources)) {
		d.Sources = append(d.Sources, sourceDoc{source, doc(fmt.Sprintf("Sources[%q]", clip(source)), p.Sources[source])})
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return json.Marshal(d)
}
