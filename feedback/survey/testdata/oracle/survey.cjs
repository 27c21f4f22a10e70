// What survey-core makes of one survey with answers: the members of a line of
// survey_cases.jsonl. Loaded by oracle.cjs.
"use strict";

module.exports = (core) => {
  core.Serializer.addProperty("itemvalue", "score:number");

  function pathOf(question) {
    const parent = question.parentQuestion;
    if (!parent) return question.name;
    if (parent.getType() === "paneldynamic") {
      const i = parent.visiblePanels.findIndex((p) => p.questions.includes(question));
      return `${pathOf(parent)}[${i}].${question.name}`;
    }
    if (parent.visibleRows) {
      const i = parent.visibleRows.findIndex((row) => row.cells.some((cell) => cell.question === question));
      if (i >= 0) return `${pathOf(parent)}[${parent.getType() === "matrixdropdown" ? parent.visibleRows[i].rowName : i}].${question.name}`;
    }
    return `${pathOf(parent)}.${question.name}`;
  }

  function errorsOf(model) {
    const out = [];
    const elements = [
      ...model.getAllQuestions(false, false, true).map((q) => [pathOf(q), q]),
      ...model.getAllPanels().map((p) => [p.name, p]),
      ...model.pages.map((p) => [p.name, p]),
    ];
    for (const [at, element] of elements) {
      for (const e of element.errors) out.push({ at, type: e.getErrorType(), level: e.notificationType || "error" });
    }
    return out;
  }

  function itemScore(items, value) {
    let total = 0;
    for (const v of Array.isArray(value) ? value : [value]) {
      const item = core.ItemValue.getItemByValue(items, v);
      if (item && typeof item.score === "number") total += item.score;
    }
    return total;
  }

  function score(question) {
    if (question.isEmpty()) return 0;
    const value = question.value;
    switch (question.getType()) {
      case "rating": {
        const n = Number(value);
        return Number.isFinite(n) ? n : 0;
      }
      case "boolean":
        return question.booleanValue === true ? 1 : 0;
      case "matrix":
        return question.rows.reduce((sum, row) => sum + (value[row.value] === undefined ? 0 : itemScore(question.columns, value[row.value])), 0);
      default:
        return question.choices ? itemScore(question.choices, value) : 0;
    }
  }

  return (job) => {
    const model = new core.Model(job.survey);
    model.data = structuredClone(job.data);
    for (const [name, value] of job.steps || []) model.setValue(name, structuredClone(value));
    const questions = model.getAllQuestions();
    const shown = questions.filter((q) => q.isVisible && q.isParentVisible);
    const expect = {
      visible: shown.map((q) => q.name),
      enabled: questions.filter((q) => !q.isReadOnly).map((q) => q.name),
      required: questions.filter((q) => q.isRequired).map((q) => q.name),
      pagesVisible: model.visiblePages.map((p) => p.name),
    };
    model.validate(false, false); // drops choices that are not offered, which may show or hide questions
    expect.valid = model.validate(true, false);
    expect.errors = errorsOf(model);
    expect.calculated = {};
    for (const c of model.calculatedValues) expect.calculated[c.name] = c.value === undefined ? null : c.value;
    expect.quiz = { correct: model.getCorrectAnswerCount(), incorrect: model.getInCorrectAnswerCount(), questions: model.getQuizQuestionCount() };
    expect.scoreTotal = shown.reduce((sum, q) => sum + score(q), 0);
    model.doComplete();
    expect.dataIfCompleted = {};
    for (const [name, value] of Object.entries(model.data)) {
      if (typeof value !== "number" || Number.isFinite(value)) expect.dataIfCompleted[name] = value;
    }
    return { expect };
  };
};
