// The pages work without this script: it only adds search, filters and
// copying. It reads what the page says and changes what is shown; nothing is
// loaded, nothing is stored.
'use strict';

const find = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// The list of recipes.

const filters = find('[data-filters]');
const list = find('[data-cards]');
if (filters && list) startList();

function startList() {
  const cards = all('.card', list).map(readCard);
  const query = find('#q');
  const category = find('#category');
  const sort = find('#sort');
  const chips = all('[data-feature]', filters);

  readAddress();
  filters.hidden = false;
  show();

  query.addEventListener('input', changed);
  category.addEventListener('change', changed);
  sort.addEventListener('change', changed);
  for (const chip of chips) {
    chip.addEventListener('click', () => { press(chip, !pressed(chip)); changed(); });
  }
  find('[data-clear]').addEventListener('click', () => {
    reset();
    changed();
    query.focus();
  });
  window.addEventListener('popstate', () => { readAddress(); show(); });
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input, select, textarea');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      query.select();
    } else if (event.key === 'Escape' && event.target === query) {
      query.value = '';
      changed();
    }
  });

  function changed() {
    writeAddress();
    show();
  }

  function show() {
    const wanted = parse(query.value);
    const features = chips.filter(pressed).map((chip) => chip.dataset.feature);
    let shown = 0;
    for (const card of cards) {
      const fits = matches(card, wanted)
        && (!category.value || card.category === category.value)
        && features.every((feature) => card.features.has(feature));
      card.element.hidden = !fits;
      if (fits) shown += 1;
    }
    list.append(...cards.toSorted(order(sort.value, wanted)).map((card) => card.element));
    const narrowed = shown < cards.length;
    const result = find('[data-result]');
    result.hidden = !narrowed || shown === 0;
    result.textContent = `${shown} of ${cards.length} recipes`;
    find('[data-empty]').hidden = shown > 0;
  }

  // The address says what is searched for, so that it can be passed on.

  function readAddress() {
    const params = new URLSearchParams(location.search);
    reset();
    query.value = params.get('q') ?? '';
    choose(category, params.get('category'));
    choose(sort, params.get('sort'));
    const features = params.getAll('with');
    for (const chip of chips) press(chip, features.includes(chip.dataset.feature));
  }

  function writeAddress() {
    const params = new URLSearchParams();
    if (query.value.trim()) params.set('q', query.value.trim());
    if (category.value) params.set('category', category.value);
    if (sort.value !== 'name') params.set('sort', sort.value);
    for (const chip of chips.filter(pressed)) params.append('with', chip.dataset.feature);
    const search = params.toString();
    history.replaceState(null, '', search ? `?${search}` : location.pathname);
  }

  function reset() {
    query.value = '';
    category.selectedIndex = 0;
    sort.selectedIndex = 0;
    for (const chip of chips) press(chip, false);
  }
}

function readCard(element) {
  const { name, category, score, updated, lint, images } = element.dataset;
  const text = find('.what', element).textContent;
  return {
    element, category, updated,
    name: name.toLowerCase(),
    score: Number(score),
    lint: Number(lint),
    features: new Set(all('[data-has]', element).map((has) => has.dataset.has)),
    text: `${name} ${category} ${text} ${images}`.toLowerCase(),
  };
}

// parse reads words, and "status:4" or "status: 4" for a score.
function parse(query) {
  const words = query.toLowerCase().replace(/status:\s*(\d)/g, ' status:$1 ').split(/\s+/).filter(Boolean);
  const scores = words.filter((word) => /^status:\d$/.test(word)).map((word) => Number(word.slice(7)));
  return { scores, words: words.filter((word) => !/^status:\d?$/.test(word)) };
}

function matches(card, { words, scores }) {
  return words.every((word) => card.text.includes(word)) && scores.every((score) => card.score === score);
}

// order puts recipes whose name has the words before those that only mention
// them.
function order(key, { words }) {
  const named = (card) => words.length > 0 && words.every((word) => card.name.includes(word)) ? 0 : 1;
  const by = {
    score: (a, b) => b.score - a.score,
    updated: (a, b) => b.updated.localeCompare(a.updated),
    lint: (a, b) => a.lint - b.lint,
  }[key] ?? ((a, b) => named(a) - named(b));
  return (a, b) => by(a, b) || a.name.localeCompare(b.name);
}

function choose(select, value) {
  const option = [...select.options].findIndex((candidate) => candidate.value === value);
  select.selectedIndex = Math.max(option, 0);
}

function pressed(chip) { return chip.getAttribute('aria-pressed') === 'true'; }
function press(chip, on) { chip.setAttribute('aria-pressed', String(on)); }

// The page of a recipe.

for (const notice of all('[data-valid-until]')) {
  notice.hidden = !(Date.parse(notice.dataset.validUntil) < Date.now());
}

for (const block of all('[data-copy]')) {
  if (!navigator.clipboard) break;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    button.textContent = await copy(find('pre', block).textContent) ? 'Copied' : 'Not allowed';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  block.append(button);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text.trim());
    return true;
  } catch {
    return false;
  }
}
