#[test]
fn dump() {
    for claim in seawall_claims::claims().unwrap() {
        let ask = seawall_claims::Ask {
            ids: vec![claim.id.clone()],
            ..Default::default()
        };
        match seawall_claims::answers(&ask) {
            Err(error) => println!("ERR\t{}\t{error}", claim.id),
            Ok(answers) => {
                for answer in answers {
                    for ((expected, computed), value) in answer.figures().zip(&answer.values) {
                        println!(
                            "DUMP\t{}\t{}\t{}\t{computed}\t{value:?}",
                            answer.claim.id, expected.key, expected.is
                        );
                    }
                }
            }
        }
    }
}
