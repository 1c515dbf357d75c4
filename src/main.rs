fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let src = cwc::source::Source::new("mesh.toml", &text);
    let c = cwc::compile::check(&src, None);
    for d in c.report.diagnostics() {
        println!(
            "{} {:?} {} {:?} {:?}",
            d.rule.code,
            src.position(d.primary.span.range().start),
            d.message,
            d.primary.text,
            d.help
        );
    }
    if let Some(m) = c.mesh {
        for id in m.mesh().cluster_ids() {
            for f in cwc::compile::cluster(&m, id).unwrap().files {
                println!("=== {}\n{}", f.path, f.text);
            }
        }
        print!("{}", m.mesh().lock.text());
    }
}
