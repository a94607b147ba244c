//! The examples of `docs/clusters` at work: what they merge is the file of one run.
#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests

mod sweeping;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use sweeping::{Place, python, required};
use yaml_rust2::{Yaml, YamlLoader};

const SHARDS: u64 = 3;

fn example(name: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/clusters");
    PathBuf::from(root).join(name)
}

/// A sweep that one process has run.
fn place() -> Place {
    let place = Place::new(10);
    let args = [
        "sweep",
        "sweep.toml",
        "--results",
        "one.parquet",
        "--threads",
        "2",
    ];
    place.done(&args);
    place
}

fn started(command: &mut Command, place: &Place) {
    command.current_dir(place.folder());
    command.env("SEAWALL", env!("CARGO_BIN_EXE_seawall"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
}

/// Joins the parts and compares.
fn merged(place: &Place, parts: &str) {
    place.done(&["merge", parts, "--out", "merged.parquet"]);
    assert!(place.read("merged.parquet") == place.read("one.parquet"));
}

fn is_there(tool: &str, args: &[&str], name: &str) -> bool {
    let output = Command::new(tool).args(args).output();
    let there = output.is_ok_and(|output| output.status.success());
    assert!(there || !required(name), "{tool} {args:?} does not work");
    if !there {
        eprintln!("{tool} {args:?} does not work here: nothing was compared");
    }
    there
}

#[test]
fn the_tasks_of_a_slurm_array() {
    let place = place();
    let task = |id: u64, count: u64, shards: Option<u64>| {
        let mut command = Command::new("bash");
        command.arg(example("slurm.sbatch"));
        command.env("SLURM_ARRAY_TASK_ID", id.to_string());
        command.env("SLURM_ARRAY_TASK_COUNT", count.to_string());
        command.env("SLURM_CPUS_PER_TASK", "2");
        if let Some(shards) = shards {
            command.env("SHARDS", shards.to_string());
        }
        started(&mut command, &place);
    };
    // The third task fails to come, and is run again alone, as an array of one.
    task(1, SHARDS, None);
    task(2, SHARDS, None);
    let (status, said) = place.refused(&["merge", "parts", "--out", "merged.parquet"]);
    assert_eq!(status, 2);
    assert!(
        said.contains("paths 6..10 are missing, after parts/part-2-of-3-"),
        "{said}"
    );
    task(3, 1, Some(SHARDS));
    // One that Slurm puts into the queue again although it had finished.
    task(2, SHARDS, None);
    merged(&place, "parts");
}

#[test]
fn gnu_parallel() {
    if !is_there("parallel", &["--version"], "PARALLEL") {
        return;
    }
    let place = place();
    let mut command = Command::new(example("gnu-parallel.sh"));
    command.args(["sweep.toml", "merged.parquet"]);
    command.env("SHARDS", SHARDS.to_string());
    command.env("HOME", place.folder());
    started(&mut command, &place);
    assert!(place.read("merged.parquet") == place.read("one.parquet"));
}

#[test]
fn ray() {
    // It is large: installed and required outside of the checks only.
    if !is_there(&python(), &["-c", "import ray"], "RAY") {
        return;
    }
    let place = place();
    // A worker of Ray has a folder of its own.
    let folder = place.folder().display().to_string();
    let mut command = Command::new(python());
    command.arg(example("ray_sweep.py"));
    command.args([
        &format!("{folder}/sweep.toml"),
        &format!("{folder}/merged.parquet"),
    ]);
    command.args(["--shards", "3", "--seawall", env!("CARGO_BIN_EXE_seawall")]);
    started(&mut command, &place);
    assert!(place.read("merged.parquet") == place.read("one.parquet"));
}

/// Name and value of the container's variables.
fn variables(container: &Yaml) -> Vec<(String, String)> {
    let text = |yaml: &Yaml| yaml.as_str().unwrap().to_owned();
    let list = container["env"].as_vec().unwrap().iter();
    list.map(|pair| (text(&pair["name"]), text(&pair["value"])))
        .collect()
}

#[test]
fn the_pods_of_a_kubernetes_job() {
    let documents =
        YamlLoader::load_from_str(&fs::read_to_string(example("kubernetes.yaml")).unwrap());
    let documents = documents.unwrap();
    let [job, claim] = &documents[..] else {
        panic!("{} documents", documents.len());
    };
    assert_eq!(job["kind"].as_str(), Some("Job"));
    assert_eq!(job["apiVersion"].as_str(), Some("batch/v1"));
    let spec = &job["spec"];
    assert_eq!(spec["completionMode"].as_str(), Some("Indexed"));
    let pod = &spec["template"]["spec"];
    assert_eq!(pod["restartPolicy"].as_str(), Some("Never"));
    let container = &pod["containers"][0];
    let policy = &spec["podFailurePolicy"]["rules"][0]["onExitCodes"];
    assert_eq!(policy["containerName"], container["name"]);
    let mounts = container["volumeMounts"].as_vec().unwrap();
    let volumes = pod["volumes"].as_vec().unwrap();
    assert_eq!(mounts.len(), volumes.len());
    for (mount, volume) in mounts.iter().zip(volumes) {
        assert_eq!(mount["name"], volume["name"]);
    }
    let claimed = &volumes[1]["persistentVolumeClaim"]["claimName"];
    assert_eq!(*claimed, claim["metadata"]["name"]);

    let variables = variables(container);
    let shards = variables.iter().find(|(name, _)| name == "SHARDS").unwrap();
    assert_eq!(shards.1, spec["completions"].as_i64().unwrap().to_string());

    let place = place();
    let command = container["command"].as_vec().unwrap();
    let command: Vec<&str> = command.iter().map(|word| word.as_str().unwrap()).collect();
    for index in 0..SHARDS {
        let mut pod = Command::new(command[0]);
        pod.args(&command[1..]).envs(variables.clone());
        pod.env("SWEEP", "sweep.toml").env("PARTS", "parts");
        pod.env("SHARDS", SHARDS.to_string());
        pod.env("JOB_COMPLETION_INDEX", index.to_string());
        started(&mut pod, &place);
    }
    merged(&place, "parts");
}

#[test]
fn the_page_names_every_example() {
    let page = fs::read_to_string(example("README.md")).unwrap();
    let mut count = 0;
    for entry in fs::read_dir(example("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name != "README.md" {
            assert!(page.contains(&format!("[{name}]({name})")), "{name}");
            count += 1;
        }
    }
    assert_eq!(count, 4);
}
