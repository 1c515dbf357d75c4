//! Tables, keys and arrays without an order of their own, shuffled: the same bytes for every cluster, and the same lock.

use cwc::compile;
use cwc::source::Source;

use crate::Random;

/// A table of the document: its header, and its lines.
#[derive(Clone)]
struct Table {
    header: String,
    lines: Vec<Line>,
}

#[derive(Clone)]
enum Line {
    Plain(String),
    /// An array whose order has no meaning.
    Set(String, Vec<String>),
}

/// A document with all that this version compiles.
fn tables() -> Vec<Table> {
    let plain = |text: &str| Line::Plain(text.to_owned());
    let set = |key: &str, items: &[&str]| {
        Line::Set(key.to_owned(), items.iter().map(|item| format!("{item:?}")).collect())
    };
    let table = |header: &str, lines: Vec<Line>| Table { header: header.to_owned(), lines };
    let mut tables = vec![
        table("[mesh]", vec![plain("name = \"acme\""), plain("istio = \"1.25\"")]),
        table("[defaults]", vec![plain("namespace = \"shop\""), plain("outlier = { errors = 7 }")]),
    ];
    for (number, name) in ["ams", "fra", "lon", "nyc"].iter().enumerate() {
        let mut lines = vec![
            plain(&format!("gateway = [\"203.0.113.1{number}\", \"203.0.113.2{number}\"]")),
            plain(&format!("region = \"r{}\"", number % 2)),
            plain(&format!("zone = \"z{number}\"")),
        ];
        if number < 2 {
            lines.push(plain("egress = true"));
        }
        lines.push(plain(&format!("drained = {}", number == 3)));
        tables.push(table(&format!("[clusters.{name}]"), lines));
    }
    let by_west = vec![plain("via = \"lon\""), plain("region = \"r0\"")];
    tables.push(table("[clusters.edge]", by_west));
    let behind = vec![
        plain("gateway = \"192.0.2.44\""),
        plain("behind = \"lon\""),
        plain("region = \"r1\""),
    ];
    tables.push(table("[clusters.island]", behind));
    for number in 0..12 {
        let clusters: &[&str] =
            [&["ams", "fra", "lon"][..], &["nyc", "lon", "fra"], &["island", "ams", "edge", "fra"]]
                [number % 3];
        let prefer = ["\"local\"", "\"any\"", "[\"fra\", \"ams\"]"][number % 3];
        let mut lines = vec![
            plain(&format!("prefer = {prefer}")),
            set("clusters", clusters),
            plain(&format!("ports = {{ http = 80, tcp-db = {}, grpc-x = 9090 }}", 5000 + number)),
        ];
        if number % 3 == 0 {
            lines.push(plain("namespace = \"bank\""));
            lines.push(plain(&format!("name = \"n{number}\"")));
        }
        tables.push(table(&format!("[services.s{number}]"), lines));
        if number % 4 == 0 {
            tables.push(table(
                &format!("[services.s{number}.backends.lon]"),
                vec![
                    plain(&format!("host = \"other{number}.legacy.svc.cluster.local\"")),
                    plain("ports = { http = 8080, grpc-x = 9091 }"),
                ],
            ));
        }
    }
    tables
}

fn text(tables: &[Table]) -> String {
    let line = |line: &Line| match line {
        Line::Plain(text) => format!("{text}\n"),
        Line::Set(key, items) => format!("{key} = [{}]\n", items.join(", ")),
    };
    let table = |table: &Table| {
        format!("{}\n{}\n", table.header, table.lines.iter().map(line).collect::<String>())
    };
    tables.iter().map(table).collect()
}

/// Every file of the tree, and the lock.
fn build(text: &str) -> Vec<(String, String)> {
    let checked = compile::check(&Source::new("mesh.toml", text), None);
    let mesh = checked.mesh.unwrap_or_else(|| {
        let said = checked.report.diagnostics().iter().map(|found| found.message.as_str());
        panic!("{:?}\n{text}", said.collect::<Vec<_>>())
    });
    let fleet = compile::Fleet::new(&mesh);
    let trees = fleet.mesh().cluster_ids().map(|id| fleet.cluster(id).unwrap());
    let files = trees.flat_map(|tree| tree.files).map(|file| (file.path.clone(), file.text()));
    files.chain([("mesh.lock".to_owned(), mesh.mesh().lock.text())]).collect()
}

#[test]
fn shuffled_tables_and_keys_give_the_same_bytes() {
    let original = tables();
    let expected = build(&text(&original));
    assert!(expected.len() > 10, "{} files", expected.len());
    let mut random = Random(4);
    for step in 0..200 {
        let mut shuffled = original.clone();
        random.shuffle(&mut shuffled);
        for table in &mut shuffled {
            random.shuffle(&mut table.lines);
            for line in &mut table.lines {
                if let Line::Set(_, items) = line {
                    random.shuffle(items);
                }
            }
        }
        assert!(build(&text(&shuffled)) == expected, "step {step}:\n{}", text(&shuffled));
    }
}

#[test]
fn two_services_swapped_give_the_same_bytes() {
    let original = tables();
    let expected = build(&text(&original));
    let services: Vec<usize> =
        (0..original.len()).filter(|at| original[*at].header.starts_with("[services.")).collect();
    for (index, one) in services.iter().enumerate() {
        for two in services.iter().skip(index + 1) {
            let mut swapped = original.clone();
            swapped.swap(*one, *two);
            assert!(build(&text(&swapped)) == expected, "{one} and {two}");
        }
    }
}

#[test]
fn the_form_of_the_text_has_no_effect() {
    let original = text(&tables());
    let expected = build(&original);
    let forms = [
        ("CRLF", original.replace('\n', "\r\n")),
        ("a byte order mark", format!("\u{feff}{original}")),
        ("no final newline", original.trim_end().to_owned()),
        ("blank lines and comments", original.replace('\n', "\n\n  # note\n")),
        ("single quotes", original.replace('"', "'")),
        ("spaces", original.replace(" = ", "\t=  ")),
    ];
    for (form, text) in forms {
        assert!(build(&text) == expected, "{form}");
    }
}
