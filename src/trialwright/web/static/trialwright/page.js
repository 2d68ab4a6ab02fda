// On every page: the list of problems takes the focus when there is one.
document.getElementById("problems")?.focus();
