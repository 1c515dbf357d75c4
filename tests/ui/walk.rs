//! A new user's story in a real browser, with two real clusters: a name is published, the tree built, the difference read. And what every page
//! must be like: names inert, everything named and readable, light and dark.

use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::clusters::Cluster;
use crate::served::{MESH, Served};

const SHOP: &[(&str, &str, &str, u16)] = &[
    ("productpage", "bookinfo", "http", 9080),
    ("details", "bookinfo", "http", 9080),
    ("reviews", "bookinfo", "http", 9080),
    ("cart", "shop", "grpc", 8080),
];

/// What an audit of the page finds: things without a name, text that is hard to read.
const AUDIT: &str = r#"
const found = [];
const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest(".unseen, .skip");
const named = (element) => (element.getAttribute("aria-label") ?? "") + (element.labels ? [...element.labels].map((label) => label.textContent).join("") : "") + (element.matches("input") ? "" : element.textContent);
for (const element of document.querySelectorAll("input, select, button, a, summary")) {
  if (seen(element) && named(element).trim() === "") found.push(`no name: ${element.outerHTML.slice(0, 120)}`);
}
for (const image of document.querySelectorAll("img")) if (!image.alt) found.push("a picture without words");
for (const table of document.querySelectorAll("table")) {
  for (const head of table.querySelectorAll("thead th")) if (head.scope !== "col") found.push("a column without scope");
}
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`two of ${id}`);
const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const rgba = (color) => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = color; paint.fillRect(0, 0, 1, 1); return [...paint.getImageData(0, 0, 1, 1).data]; };
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) { const color = rgba(getComputedStyle(at).backgroundColor); if (color[3] === 255) return color; }
  return rgba("Canvas");
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !seen(element) || element.closest(":disabled, noscript, option, datalist")) continue;
  const [one, other] = [light(rgba(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
  const contrast = (one + 0.05) / (other + 0.05);
  if (contrast < 4.5) found.push(`contrast ${contrast.toFixed(2)}: ${element.className} ${walker.currentNode.data.trim().slice(0, 40)}`);
}
return found;
"#;

fn audit(browser: &Browser, page: &str) {
    let found = browser.js(AUDIT);
    assert_eq!(found, serde_json::json!([]), "{page}");
}

#[test]
fn a_new_user_publishes_a_name() {
    let Some(both) = Cluster::two() else { return };
    both[0].hold(SHOP);
    both[1].hold(&[("reviews", "bookinfo", "http", 9080), ("ratings", "bookinfo", "http", 9080)]);
    let [east, west] = both.each_ref().map(|cluster| cluster.path("kubeconfig"));
    let mesh = format!(
        "# The shop's fleet.\n[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"us-east-1\"\ncontext = \"it\"\nkubeconfig = {east:?}\n\n\
         [clusters.west]\ngateway = \"198.51.100.20\"\nregion = \"us-west-2\"\ncontext = \"it\"\nkubeconfig = {west:?}\n"
    );
    for dark in [false, true] {
        let Some(browser) = Browser::open(dark) else { return };
        let served = Served::new(&mesh);
        let look = |name: &str| {
            if dark { browser.shot(&format!("dark-{name}")) } else { browser.shown(name) }
        };
        let began = Instant::now();
        browser.go(&served.address());
        services(&browser, &both[0], &look);
        let text = std::fs::read_to_string(served.path("mesh.toml")).unwrap();
        let added = "\n[services.reviews]\nnamespace = \"bookinfo\"\nhosts = [\"reviews.global\"]\nports = { http = 9080 }\nclusters = [\"east\", \"west\"]\n";
        assert_eq!(text, format!("{mesh}{added}"));
        changes(&browser, &look);
        assert!(
            served.path("generated/east/services.bookinfo.yaml").is_file()
                && served.path("mesh.lock").is_file()
        );
        let story = began.elapsed();
        assert!(story < Duration::from_mins(1), "the story takes {story:?}");
        mesh_page(&browser, &look);
        problems(&browser, &served, &text, &look);
    }
}

fn services(browser: &Browser, east: &Cluster, look: &dyn Fn(&str)) {
    browser.until("document.querySelectorAll('[data-state=answered]').length === 2");
    browser.until("document.querySelectorAll('.rows tbody tr').length === 5");
    // What comes and goes in a cluster does so on the page, which is not loaded again.
    let began = Instant::now();
    east.hold(&[("late", "bookinfo", "http", 8080)]);
    browser.until("document.querySelector('.rows').innerText.includes('late')");
    assert!(began.elapsed() < Duration::from_secs(5), "it came after {:?}", began.elapsed());
    east.kubectl(&["-n", "bookinfo", "delete", "service", "late"], None);
    browser.until("document.querySelectorAll('.rows tbody tr').length === 5");
    browser.click("#find-service");
    browser.keys("review");
    browser.until("document.querySelectorAll('.rows tbody tr').length === 1");
    browser.click("[aria-label='Choose reviews of bookinfo']");
    browser.js("const find = document.getElementById('find-service'); find.value = ''; find.dispatchEvent(new Event('input'));");
    browser.until("document.getElementById('add').textContent === 'Add 1 to mesh.toml'");
    audit(browser, "services");
    look("services");
    browser.click("#add");
    browser.click("[aria-label='Further names of reviews']");
    browser.keys("reviews.global");
    browser.click("#next");
    browser.until("document.getElementById('write')");
    browser.until(
        "document.querySelector('dialog').innerText.includes('What a build would change then')",
    );
    browser.until("document.querySelector('dialog .lines').innerText.includes('+hosts = [\"reviews.global\"]')");
    audit(browser, "adding");
    look("adding");
    browser.click("#write");
    browser.until(
        "document.querySelector('.notice.good')?.innerText.includes('mesh.toml is written')",
    );
    browser.until("[...document.querySelectorAll('.rows tbody tr')].some((row) => row.innerText.includes('reviews') && row.innerText.includes('as declared'))");
}

fn changes(browser: &Browser, look: &dyn Fn(&str)) {
    browser.click("a[href='#changes']");
    browser.until("document.querySelector('#build')?.disabled === false");
    browser.until("document.querySelectorAll('.rows tbody tr').length > 4");
    browser.until("document.querySelector('.lines')?.innerText.includes('+')");
    audit(browser, "changes");
    look("changes");
    browser.click("#build");
    browser.until("document.querySelector('.notice.good')?.innerText.startsWith('ok: 2 clusters')");
    browser.until("document.body.innerText.includes('there is nothing to build')");
}

fn mesh_page(browser: &Browser, look: &dyn Fn(&str)) {
    browser.click("a[href='#mesh']");
    browser.until("document.querySelectorAll('#ways tbody tr').length === 2");
    browser.until("document.querySelector('.picture img')?.complete");
    browser.until("document.querySelector('#ways tbody tr').innerText.includes('east 100 %')");
    browser.click("[aria-label='east answers']");
    browser.until("document.querySelector('#ways tbody tr').innerText.includes('west 100 %')");
    browser.until("document.querySelector('#ways tbody tr').innerText.includes('through west')");
    browser.click("#ways tbody tr:last-child button");
    browser.until("document.querySelector('.lines')?.innerText.includes('west calls reviews.bookinfo.global:9080, east down')");
    browser.js("scrollTo(0, 0)");
    audit(browser, "mesh");
    look("mesh");
    browser.click("[aria-label='west answers']");
    browser.until("document.querySelector('#ways').innerText.includes('lost')");
}

/// The page follows the file: nobody reloads it.
fn problems(browser: &Browser, served: &Served, text: &str, look: &dyn Fn(&str)) {
    browser.click("a[href='#changes']");
    browser.until("document.body.innerText.includes('there is nothing to build')");
    std::fs::write(
        served.path("mesh.toml"),
        text.replace("\"east\", \"west\"", "\"east\", \"wset\""),
    )
    .unwrap();
    browser.until("document.querySelector('.problem mark')?.innerText === '\"wset\"'");
    browser.until("document.getElementById('health').innerText === '1 error'");
    audit(browser, "problems");
    look("problems");
    std::fs::write(served.path("mesh.toml"), text.replace("9080", "9090")).unwrap();
    browser.until("document.querySelector('.list .tag.bad')?.innerText === 'breaking'");
    browser.shot("risks");
}

/// Names with markup, wherever a page shows one: nothing of them runs, and nothing of them is an element.
#[test]
fn names_stay_texts() {
    let Some(browser) = Browser::open(false) else { return };
    let evil = "<img src=x onerror=ran()></script><script>ran()</script>";
    let mesh = format!(
        "{MESH}callers = [\"{evil}\"]\n[services.\"{evil}\"]\nnamespace = \"javascript:ran()\"\n"
    );
    let served = Served::new(&mesh);
    browser.go(&served.address());
    browser.js("window.ran = () => { window.did = true; }");
    browser.click("a[href='#changes']");
    browser.until("document.querySelectorAll('.problem').length > 1");
    browser.until(&format!("document.querySelector('main').innerText.includes({:?})", &evil[..29]));
    let counted = "return document.querySelectorAll('main img, main script, main [onerror]').length + (window.did ? 100 : 0)";
    assert_eq!(browser.js(counted), 0);
    let context =
        MESH.replacen("region", &format!("context = {evil:?}\nkubeconfig = \"none\"\nregion"), 1);
    std::fs::write(served.path("none"), "{}").unwrap();
    std::fs::write(served.path("mesh.toml"), context).unwrap();
    browser.click("a[href='#services']");
    browser.until("document.querySelector('[data-state=silent]')");
    browser.until("document.querySelector('[data-state=silent]').innerText.includes('<img src=x')");
    assert_eq!(browser.js(counted), 0);
    // Nor would it run where a page made markup of it after all.
    let refused = "try { document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x onerror=ran()>'); return 'made'; } catch { return 'refused'; }";
    assert_eq!(browser.js(refused), "refused");
}

/// However much there is, a table holds the rows in sight and a few beside; how many there are is said to those who do not see them.
#[test]
fn tables_hold_only_the_rows_in_sight() {
    let Some(browser) = Browser::open(false) else { return };
    let many: String = (0..1500)
        .map(|number| format!("[services.s{number}]\nnamespace = \"n\"\nports = {{ http = 80 }}\nclusters = [\"west\"]\n"))
        .collect();
    let served = Served::new(&format!("{MESH}{many}"));
    browser.go(&served.address());
    let rows = |what: &str, total: &str| {
        browser.until(&format!(
            "document.querySelector('table[aria-label={what}]')?.ariaRowCount === '{total}'"
        ));
        let held =
            browser.js("return document.querySelectorAll('.rows tbody tr:not(.gap)').length");
        assert!((5..100).contains(&held.as_i64().unwrap()), "{what}: {held} rows are there");
    };
    rows("Services", "1502");
    browser.js("document.querySelector('.rows').scrollTop = 20000");
    browser.until("document.querySelector('.rows').innerText.includes('s15')");
    rows("Services", "1502");
    browser.click("a[href='#mesh']");
    rows("Services", "1502");
}

/// By keyboard alone: from the address to the drawing of a way.
#[test]
fn a_keyboard_is_enough() {
    let Some(browser) = Browser::open(false) else { return };
    let served = Served::new(MESH);
    browser.go(&served.address());
    let (tab, enter, space) = ("\u{e004}", "\u{e007}", " ");
    let onto = |what: &str| {
        for _ in 0..60 {
            if browser.js(&format!("return document.activeElement.matches({what:?})")) == true {
                return;
            }
            browser.keys(tab);
        }
        panic!("the keyboard does not reach {what}");
    };
    browser.until("document.querySelector('nav')");
    onto("a[href='#mesh']");
    let outlined = browser.js("return getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outlined, "solid", "the focus is seen");
    browser.keys(enter);
    browser.until("document.querySelectorAll('#ways tbody tr').length === 2");
    onto("[aria-label='east answers']");
    browser.keys(space);
    browser.until("document.querySelector('#ways').innerText.includes('lost')");
    assert_eq!(
        browser.js("return document.activeElement.getAttribute('aria-label')"),
        "east answers",
        "the focus stays"
    );
    onto("#ways button");
    browser.keys(enter);
    browser.until(
        "document.querySelector('.lines')?.innerText.includes('calls reviews.bookinfo.global')",
    );
}
