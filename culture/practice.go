package culture

// practiceSources are the texts on which the plain order of the steps rests.
func practiceSource(id string) Source {
	switch id {
	case "davidow2003":
		return Source{
			ID: id, URL: "https://doi.org/10.1177/1094670502238917", Tier: TierA, Origin: "davidow",
			Publisher: "Davidow 2003, Organizational Responses to Customer Complaints, Journal of Service Research 5(3), 225-250",
			Note:      "abstract read: timeliness, facilitation, redress, apology, credibility, attentiveness",
		}
	case "bradley2012":
		return Source{
			ID: id, URL: "https://doi.org/10.1108/08876041211199715", Tier: TierA, Origin: "bradley",
			Publisher: "Bradley and Sparks 2012, Explanations: if, when, and how they aid service recovery, Journal of Services Marketing 26(1), 41-51",
			Note:      "abstract read: an explanation of good quality, as apology or excuse, helps",
		}
	case "baile2000":
		return Source{
			ID: id, URL: "https://doi.org/10.1634/theoncologist.5-4-302", Tier: TierA, Origin: "baile",
			Publisher: "Baile et al. 2000, SPIKES: a six-step protocol for delivering bad news, The Oncologist 5(4), 302-311",
			Note:      "abstract read: ask what is known, tell, respond to feelings, agree on a plan; written for medicine",
		}
	case "locker1999":
		return Source{
			ID: id, URL: "https://doi.org/10.1177/105065199901300101", Tier: TierC, Origin: "locker",
			Publisher: "Locker 1999, Factors in Reader Responses to Negative Letters, Journal of Business and Technical Communication 13(1), 5-48",
			Note:      "cited, the text was not read: ranked C until it is",
		}
	default:
		return Source{
			ID: "gremler2000", URL: "https://doi.org/10.1177/109467050031006", Tier: TierC, Origin: "gremler",
			Publisher: "Gremler and Gwinner 2000, Customer-Employee Rapport in Service Relationships, Journal of Service Research 3(1), 82-104",
			Note:      "cited, the text was not read: ranked C until it is",
		}
	}
}

// plainStep is a step that holds wherever nothing else is known.
type plainStep struct {
	act      Act
	how, why string
	source   string
}

// plainSteps is the plain order of a situation.
func plainSteps(s Situation) []plainStep {
	switch s {
	case FirstContact:
		return []plainStep{
			{Greet, "greet, with the name and the form of address that the person uses", "rapport begins with being recognised", "gremler2000"},
			{Introduce, "say who you are, for whom you speak and why you write or call", "the person can judge whether to go on", "gremler2000"},
			{TalkSmall, "a sentence or two on something you have in common, if the person takes it up", "a personal connection is one half of rapport", "gremler2000"},
			{Clarify, "ask what the person needs, and how they wish to be addressed", "asking beats assuming", "gremler2000"},
			{Offer, "propose one next step that fits what was said", "a proposal that follows the answer shows that you listened", "gremler2000"},
			{Confirm, "sum up what was agreed, and by when", "an agreement that is said aloud is kept more often", "davidow2003"},
			{Close, "thank, and say how to reach you", "the person keeps the choice of the next contact", "davidow2003"},
		}
	case Complaint:
		return []plainStep{
			{Greet, "greet, with the name and the form of address that the person uses", "attentiveness begins with the first line", "davidow2003"},
			{Listen, "let the person finish without interruption, then sum up the concern in your words", "attentiveness: a remedy that comes before the concern is understood misses it", "davidow2003"},
			{Thank, "thank for telling you", "facilitation: who complains has not left yet", "davidow2003"},
			{Acknowledge, "name what it meant for the person, before any procedure", "attentiveness: people ask to be seen before they ask for redress", "davidow2003"},
			{Apologise, "say that you are sorry, once, and for what", "apology is a part of the answer, and no substitute for redress", "davidow2003"},
			{Clarify, "ask only what you need to put it right", "facilitation: every question costs the person effort", "davidow2003"},
			{Explain, "say what happened and what you do not know yet; blame nobody", "an explanation of good quality helps, a poor one harms", "bradley2012"},
			{Offer, "offer a remedy, or alternatives with what speaks for and against each", "redress", "davidow2003"},
			{Confirm, "sum up what you do, and by when", "credibility and timeliness: a promise with a day can be kept", "davidow2003"},
			{Close, "say who stays responsible and how to reach them", "facilitation", "davidow2003"},
		}
	case Delay:
		return []plainStep{
			{Greet, "greet, with the name and the form of address that the person uses", "attentiveness begins with the first line", "davidow2003"},
			{Inform, "say what is late and the new day, or when you will know it", "timeliness: the person must plan anew", "davidow2003"},
			{Acknowledge, "name what the delay means for the person", "attentiveness before procedure", "davidow2003"},
			{Apologise, "say that you are sorry for the delay", "apology is a part of the answer, and no substitute for redress", "davidow2003"},
			{Explain, "give the cause in one sentence; blame nobody", "an explanation of good quality helps, a poor one harms", "bradley2012"},
			{Offer, "offer what can be chosen: wait, change, a part now, cancel", "redress", "davidow2003"},
			{Confirm, "repeat the choice and the day on which you report again", "credibility and timeliness", "davidow2003"},
			{Close, "say how to reach you before that day", "facilitation", "davidow2003"},
		}
	case Refusal:
		return []plainStep{
			{Greet, "greet, with the name and the form of address that the person uses", "attentiveness begins with the first line", "davidow2003"},
			{Thank, "thank for asking", "the wish was fair, even if the answer is no", "davidow2003"},
			{Acknowledge, "show that you understood the wish and why it matters", "attentiveness: a no to what was not asked makes it worse", "davidow2003"},
			{Explain, "give the reason first, if there is one that you may give", "a reason before the no is read with more good will; a mere cushion is not", "locker1999"},
			{Decline, "say no in words that cannot be taken for a maybe, once, and without a rule as a shield", "an unclear no costs the person more than a clear one", "locker1999"},
			{Offer, "offer what you can do instead, or say that there is nothing", "an alternative keeps the way open, an invented one does not", "locker1999"},
			{Close, "end without repeating the no", "the last sentence stays", "locker1999"},
		}
	case BadNews:
		return []plainStep{
			{Greet, "greet, with the name and the form of address that the person uses", "attentiveness begins with the first line", "baile2000"},
			{Clarify, "ask what the person knows and how much detail they want", "perception and invitation come before knowledge", "baile2000"},
			{Inform, "say that there is bad news, and then the news, in small plain pieces", "a warning shot lessens the shock", "baile2000"},
			{Acknowledge, "stop; name the feeling and let it be", "emotions first, or nothing that follows is heard", "baile2000"},
			{Explain, "give causes and facts as far as they are asked for", "details at the person's pace", "baile2000"},
			{Offer, "say what can be done now", "a plan lessens uncertainty", "baile2000"},
			{Confirm, "sum up, and ask what was understood", "strategy and summary close the talk", "baile2000"},
			{Close, "say when you speak again and how to reach you", "nobody is left alone with the news", "baile2000"},
		}
	case FollowUp:
		return []plainStep{
			{Greet, "greet, with the name and the form of address that the person uses", "attentiveness begins with the first line", "davidow2003"},
			{TalkSmall, "a sentence on something that the person told you, if they did", "a personal connection is one half of rapport", "gremler2000"},
			{Clarify, "ask whether the matter is settled in the person's eyes", "only the person knows whether it is", "davidow2003"},
			{Thank, "thank for the answer and for the patience", "facilitation of the next word", "davidow2003"},
			{Offer, "offer further help only where something is open", "a closing that sells undoes the repair", "davidow2003"},
			{Close, "say how to reach you", "facilitation", "davidow2003"},
		}
	default:
		return nil
	}
}
