//! `seatmap chart`: what can be done with a chart's file. Speaks to no database.

use std::io::{Read as _, Write as _};

use super::Failure;
use crate::charts::{self, CHART_BYTES_MAX, Format, Imported};
use crate::config::{ChartCommand, ChartFile};
use crate::domain::venues;

pub(super) fn run(command: &ChartCommand) -> Result<(), Failure> {
    match command {
        ChartCommand::Import(file) => write(read(file)?, Format::Seatmap),
        ChartCommand::Export { chart, to } => {
            write(read(chart)?, Format::from_name(to).unwrap_or(Format::Seatmap))
        }
        ChartCommand::Validate(file) => {
            let chart = read(file)?;
            tell(&chart.warnings);
            say(&format!("valid: {} seats, format {}", chart.layout.seats(), chart.format.name()))
        }
        ChartCommand::Info(file) => {
            let chart = read(file)?;
            tell(&chart.warnings);
            say(&describe(&chart))
        }
    }
}

fn read(chart: &ChartFile) -> Result<Imported, Failure> {
    if let Some(key) = &chart.venue {
        let known = || venues::all().iter().map(|venue| venue.key).collect::<Vec<_>>().join(", ");
        let venue = venues::by_key(key)
            .ok_or_else(|| format!("there is no built-in venue {key}; there are {}", known()))?;
        let (name, layout) = (venue.name.to_owned(), venue.layout());
        return Ok(Imported { format: Format::Seatmap, name, layout, warnings: Vec::new() });
    }
    let path = chart.file.as_deref().ok_or("name a file")?;
    let shown = path.display();
    let unreadable = |error| format!("{shown} can't be read: {error}");
    // One byte more than is allowed is enough to see that it is too large.
    let most = CHART_BYTES_MAX as u64 + 1;
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(most).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    let format = chart.format.as_deref().and_then(Format::from_name);
    charts::import(&bytes, format).map_err(|error| format!("{shown}: {error}").into())
}

fn write(chart: Imported, format: Format) -> Result<(), Failure> {
    let Imported { name, layout, mut warnings, .. } = chart;
    let text = if format == Format::Pretix {
        let (text, lost) = charts::export_pretix(&name, &layout);
        warnings.extend(lost);
        text
    } else {
        charts::export(&name, &layout)
    };
    tell(&warnings);
    say(&text)
}

fn tell(warnings: &[String]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

fn say(text: &str) -> Result<(), Failure> {
    // A reader that has seen enough, such as `head`, is no failure.
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn describe(chart: &Imported) -> String {
    let layout = &chart.layout;
    let mut lines = vec![
        format!("name        {}", chart.name),
        format!("format      {}", chart.format.name()),
        format!("seats       {}", layout.seats()),
        format!("sections    {}", layout.sections.len()),
        format!("rows        {}", layout.rows.len() - layout.tables.len() - layout.areas.len()),
        format!("tables      {}", layout.tables.len()),
        format!("areas       {}", layout.areas.len()),
        format!("zones       {}", layout.zones.len()),
    ];
    let mut counts = vec![0_u32; layout.categories.len()];
    for category in &layout.category {
        counts[usize::from(*category)] += 1;
    }
    for (category, own) in layout.categories.iter().zip(counts) {
        lines.push(format!("category    {} ({}): {own} seats", category.key, category.label));
    }
    lines.join("\n")
}
