// Draws the survey with survey-library and hands its answers to the plain form, which
// the server checks like any other. Without this script the plain form is simply there.
(function () {
  "use strict";
  var place = document.getElementById("survey-drawn");
  var plain = document.getElementById("survey-plain");
  var hand = document.getElementById("survey-hand");
  if (!place || !plain || !hand || !window.Survey || !window.SurveyUI) { return; }
  var model = new Survey.Model(JSON.parse(place.getAttribute("data-definition")));
  model.locale = place.getAttribute("data-language") || "";
  model.showCompletedPage = false;
  var entered = place.getAttribute("data-entered");
  if (entered) { model.data = JSON.parse(entered); }
  model.onComplete.add(function (sender) {
    hand.elements.namedItem("answers").value = JSON.stringify(sender.data);
    hand.submit();
  });
  plain.hidden = true;
  place.hidden = false;
  SurveyUI.renderSurvey(model, place);
})();
