//! The drawing library behind a few words of our own.

use kuva::backend::raster::RasterBackend;
use kuva::backend::svg::SvgBackend;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

/// A length or place in hundredths of a pixel.
pub(crate) type Px = i32;

/// Whole pixels.
pub(crate) const fn px(pixels: i32) -> Px {
    pixels.saturating_mul(100)
}

fn pixels(length: Px) -> f64 {
    f64::from(length) / 100.0
}

/// A picture that is ready.
#[derive(Debug)]
pub struct Picture(Scene);

/// The picture could not be turned into pixels.
#[derive(Debug, thiserror::Error)]
#[error("the picture cannot be drawn: {0}")]
pub struct CannotDraw(String);

impl Picture {
    /// As SVG, ending in a newline: the same picture gives the same bytes.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut text = SvgBackend::default()
            .with_pretty(true)
            .render_scene(&self.0);
        if !text.ends_with('\n') {
            text.push('\n');
        }
        text
    }

    /// As PNG, with twice the pixels of the SVG.
    ///
    /// **Errors** [`CannotDraw`] when the encoder gives up.
    pub fn png(&self) -> Result<Vec<u8>, CannotDraw> {
        let backend = RasterBackend::new().with_scale(2.0);
        backend.render_scene(&self.0).map_err(CannotDraw)
    }
}

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub(crate) size: u32,
    pub(crate) anchor: Anchor,
    pub(crate) colour: &'static str,
    pub(crate) weight: Weight,
    /// Degrees, clockwise.
    pub(crate) turn: i16,
}

/// How strong a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Plain,
    Bold,
}

impl Style {
    pub(crate) const fn plain(size: u32) -> Self {
        Self {
            size,
            anchor: Anchor::Start,
            colour: crate::colour::BLACK,
            weight: Weight::Plain,
            turn: 0,
        }
    }

    pub(crate) const fn bold(self) -> Self {
        Self {
            weight: Weight::Bold,
            ..self
        }
    }

    pub(crate) const fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(crate) const fn in_colour(self, colour: &'static str) -> Self {
        Self { colour, ..self }
    }

    pub(crate) const fn turned(self, turn: i16) -> Self {
        Self { turn, ..self }
    }
}

/// How a line looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pen {
    pub(crate) colour: &'static str,
    /// Hundredths of a pixel.
    pub(crate) width: Px,
    /// The dash pattern, if any.
    pub(crate) dashes: Option<&'static str>,
}

/// A picture in the making.
pub(crate) struct Canvas(Scene);

impl Canvas {
    pub(crate) fn new(width: i32, height: i32) -> Self {
        let mut scene = Scene::new(f64::from(width), f64::from(height));
        scene.font_family = Some(String::from("DejaVu Sans, Verdana, Arial, sans-serif"));
        Self(scene)
    }

    pub(crate) fn finish(self) -> Picture {
        Picture(self.0)
    }

    pub(crate) fn text(&mut self, (x, y): (Px, Px), content: &str, style: Style) {
        self.0.add(Primitive::Text {
            x: pixels(x),
            y: pixels(y),
            // The library reads `$…$` as mathematics.
            content: content.replace('$', "\\$"),
            size: style.size,
            anchor: match style.anchor {
                Anchor::Start => TextAnchor::Start,
                Anchor::Middle => TextAnchor::Middle,
                Anchor::End => TextAnchor::End,
            },
            rotate: (style.turn != 0).then(|| f64::from(style.turn)),
            bold: style.weight == Weight::Bold,
            color: Some(Color::from(style.colour)),
        });
    }

    pub(crate) fn line(&mut self, (x1, y1): (Px, Px), (x2, y2): (Px, Px), pen: Pen) {
        self.0.add(Primitive::Line {
            x1: pixels(x1),
            y1: pixels(y1),
            x2: pixels(x2),
            y2: pixels(y2),
            stroke: Color::from(pen.colour),
            stroke_width: pixels(pen.width),
            stroke_dasharray: pen.dashes.map(str::to_owned),
        });
    }

    pub(crate) fn path(&mut self, points: &[(Px, Px)], pen: Pen) {
        let points = points.iter().map(|(x, y)| (pixels(*x), pixels(*y)));
        self.0.add(Primitive::PolyLine {
            points: points.collect(),
            stroke: Color::from(pen.colour),
            stroke_width: pixels(pen.width),
            stroke_dasharray: pen.dashes.map(str::to_owned),
        });
    }

    /// A filled rectangle with its upper left corner at a point.
    pub(crate) fn bar(&mut self, (x, y): (Px, Px), (width, height): (Px, Px), fill: &'static str) {
        self.0.add(Primitive::Rect {
            x: pixels(x),
            y: pixels(y),
            width: pixels(width),
            height: pixels(height),
            fill: Color::from(fill),
            stroke: None,
            stroke_width: None,
            opacity: None,
        });
    }
}

/// `text` in lines of about `width`, broken between words.
pub(crate) fn lines(text: &str, size: u32, width: Px) -> Vec<String> {
    let wide = |text: &str| {
        let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
        // A letter is 0.6 of its size wide on average.
        letters
            .saturating_mul(60)
            .saturating_mul(i32::try_from(size).unwrap_or(i32::MAX))
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if wide(line).saturating_add(wide(word)) < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
