using System.Collections.Immutable;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// The augmentation of training rows, different in every epoch: a sequence of steps, in order; steps that mix rows are applied
/// last. Immutable: each method returns a recipe with one more step. <see cref="Augment"/> starts one.
/// </summary>
/// <remarks>
/// The result for a row depends only on the seed, the epoch and the number of the row, and, for mixing, on the rows of its batch. Consecutive
/// movements are applied together by one bilinear sampling, up to an elastic
/// distortion, which should be the last of them. Pixels outside the image repeat the pixels at its edges, or have the value <see cref="Fill"/>.
/// </remarks>
/// <example>
/// <code>
/// AugmentationRecipe recipe = Augment.Rotate(15).Shift(0.1f).Distort(34, 4).OnImages(28, 28);
/// </code>
/// </example>
public sealed record AugmentationRecipe
{
    private AugmentationRecipe()
    {
    }

    /// <summary>The recipe without steps.</summary>
    public static AugmentationRecipe Empty { get; } = new();

    /// <summary>The steps, in order.</summary>
    public ImmutableArray<Augmentation> Steps { get; init; } = [];

    /// <summary>The image shape of the rows. Null (default) if the rows are not images, or the caller sets the shape.</summary>
    public ImageShape? Image { get; init; }

    /// <summary>The value of pixels outside an image, finite. Null (default) repeats the pixels at its edges.</summary>
    public float? Fill { get; init; }

    /// <summary>
    /// The ranges of features that are slots of a category, in ascending order. Noise does not change them, or changes a category as a whole.
    /// Default: none.
    /// </summary>
    public ImmutableArray<SlotRange> Categories { get; init; } = [];

    /// <summary>True if rows must be images.</summary>
    public bool NeedsImages => FirstOfImages is not null;

    /// <summary>True if rows are mixed with others of their batch.</summary>
    public bool MixesRows => Mixing.Any();

    /// <summary>True if targets are mixed, which converts classes to probabilities.</summary>
    public bool MixesTargets => Mixing.Any(step => step.MixesTargets);

    private Augmentation? FirstOfImages => Steps.FirstOrDefault(step => step is RowAugmentation { NeedsImage: true });

    internal IEnumerable<MixingAugmentation> Mixing => Steps.OfType<MixingAugmentation>();

    /// <summary>Mirrors images horizontally (left and right).</summary>
    /// <param name="probability">The probability for a row, in (0, 1]. Default 0.5.</param>
    public AugmentationRecipe Flip(double probability = 0.5) => With(new HorizontalFlip { Probability = probability });

    /// <summary>Mirrors images vertically (top and bottom).</summary>
    /// <param name="probability">The probability for a row, in (0, 1]. Default 0.5.</param>
    public AugmentationRecipe FlipVertically(double probability = 0.5) => With(new VerticalFlip { Probability = probability });

    /// <summary>Crops a part of random size and position and scales it to the image; see <see cref="Augmentations.Zoom"/>.</summary>
    /// <param name="minimum">The minimum size, as a fraction of height and width; above 0.</param>
    /// <param name="maximum">The maximum size; above 1 the image is shrunk.</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Zoom(float minimum, float maximum, double probability = 1) =>
        With(new Zoom(minimum, maximum) { Probability = probability });

    /// <summary>Rotates images about their center by a random angle.</summary>
    /// <param name="degrees">The maximum angle in both directions, in (0, 180].</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Rotate(float degrees, double probability = 1) => With(new Rotation(degrees) { Probability = probability });

    /// <summary>Moves images horizontally and vertically by random distances.</summary>
    /// <param name="share">The maximum distance, as a fraction of width and height, in (0, 1).</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Shift(float share, double probability = 1) => With(new Shift(share) { Probability = probability });

    /// <summary>Shears images horizontally by a random angle.</summary>
    /// <param name="degrees">The maximum angle in both directions, in (0, 90).</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Shear(float degrees, double probability = 1) => With(new Shear(degrees) { Probability = probability });

    /// <summary>Applies an elastic distortion; see <see cref="ElasticDistortion"/>.</summary>
    /// <param name="alpha">The scale of the displacements, in pixels, above 0; 34 suits digits of 28 pixels.</param>
    /// <param name="sigma">The standard deviation of the smoothing, in pixels; 4 suits digits of 28 pixels.</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Distort(float alpha, float sigma, double probability = 1) =>
        With(new ElasticDistortion(alpha, sigma) { Probability = probability });

    /// <summary>Adds normally distributed noise to every feature.</summary>
    /// <param name="deviation">The standard deviation, in units of the features, above 0.</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Noise(float deviation, double probability = 1) =>
        With(new GaussianNoise(deviation) { Probability = probability });

    /// <summary>Changes the brightness by adding a random number.</summary>
    /// <param name="delta">The maximum change, in units of the features, above 0.</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Brightness(float delta, double probability = 1) =>
        With(new BrightnessChange(delta) { Probability = probability });

    /// <summary>Changes the contrast, by a random factor from 1 - change to 1 + change.</summary>
    /// <param name="change">The maximum change of the factor, in (0, 1].</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe Contrast(float change, double probability = 1) =>
        With(new ContrastChange(change) { Probability = probability });

    /// <summary>Blanks a square at a random position.</summary>
    /// <param name="side">The side of the square in pixels, at least 1.</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe CutOut(int side, double probability = 1) => With(new CutOut(side) { Probability = probability });

    /// <summary>Replaces random features by those of another row; see <see cref="Augmentations.SwapNoise"/>.</summary>
    /// <param name="share">The probability of each feature, in (0, 1).</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe SwapNoise(float share, double probability = 1) => With(new SwapNoise(share) { Probability = probability });

    /// <summary>Mixes rows and their targets; see <see cref="Augmentations.MixUp"/>.</summary>
    /// <param name="alpha">The parameter of the beta distribution of the mixing weights, above 0.</param>
    /// <param name="probability">The probability for a row, in (0, 1].</param>
    public AugmentationRecipe MixUp(float alpha, double probability = 1) => With(new MixUp(alpha) { Probability = probability });

    /// <summary>Appends a step.</summary>
    /// <param name="step">The step.</param>
    public AugmentationRecipe With(Augmentation step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return this with { Steps = Steps.Add(step) };
    }

    /// <summary>Sets the image shape of the rows.</summary>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="channels">The number of channels, at least 1.</param>
    /// <param name="order">The order of the channels in a row.</param>
    public AugmentationRecipe OnImages(int height, int width, int channels = 1, ChannelOrder order = ChannelOrder.Last) =>
        this with { Image = new ImageShape(height, width, channels, order) };

    /// <summary>Validates all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range. The message states the value and the remedy.</exception>
    public void Validate()
    {
        if (Steps.IsDefault || Steps.Contains(null!) || Categories.IsDefault)
        {
            throw new ArgumentException(
                "Steps and Categories of an AugmentationRecipe must not be null or contain null; remove what is not needed.",
                nameof(Steps));
        }

        if (Steps.IsEmpty)
            throw new ArgumentException("Augmentation has no steps; use null for no augmentation.", nameof(Steps));
        foreach (Augmentation step in Steps)
            step.Validate();
        if (Image?.FindFault() is { } fault)
            throw fault.ToException();
        if (Fill is { } fill && !float.IsFinite(fill))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Fill must be finite but is {fill}; 0 is black, null repeats the edges."),
                nameof(Fill));
        }

        long end = 0;
        foreach (SlotRange category in Categories)
        {
            if (category.First < end || category.Count < 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"A category of {category.Count} slots from slot {category.First} overlaps or precedes one that ends before slot {end}; ")
                    + "give categories of at least 1 slot in ascending order.", nameof(Categories));
            }

            end = (long)category.First + category.Count;
        }
    }

    /// <summary>Validates all values, and that rows fit the steps.</summary>
    /// <param name="width">The number of features of a row.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or rows do not fit. The message states the value and the remedy.</exception>
    public void ValidateFor(int width)
    {
        Validate();
        if (Image is null && FirstOfImages is { } step)
        {
            throw new ArgumentException(
                $"The augmentation {step.GetType().Name} changes images but the image shape of a row of {width} features is not set; " +
                "use OnImages(height, width, channels).",
                nameof(Image));
        }

        if (Image is { } image && image.Length != width)
        {
            throw new ArgumentException(
                $"Images of {image} have {image.Length} numbers but rows have {width} features; set the size with OnImages.",
                nameof(Image));
        }

        bool isDistorted = Steps.Any(augmentation => augmentation is ElasticDistortion);
        if (isDistorted && Image is { } picture && Math.Max(picture.Height, picture.Width) > ElasticDistortion.LongestSide)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Images of {picture} are too large for a distortion; make their sides at most {ElasticDistortion.LongestSide} pixels."),
                nameof(Image));
        }

        if (Categories is [.., var last] && (long)last.First + last.Count > width)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A category of {last.Count} slots from slot {last.First} exceeds the {width} features of a row; remove it."),
                nameof(Categories));
        }
    }

    /// <summary>The steps as text, such as <c>Rotation, Shift on 28 × 28 × 1</c>.</summary>
    public override string ToString()
    {
        string steps = string.Join(", ", Steps.Select(step => step.GetType().Name));
        return Image is null ? steps : $"{steps} on {Image}";
    }

    /// <summary>True if both have equal steps in the same order and equal options.</summary>
    /// <param name="other">Another recipe.</param>
    public bool Equals(AugmentationRecipe? other) =>
        other is not null && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan()) && Image == other.Image && Fill.Equals(other.Fill)
        && Categories.AsSpan().SequenceEqual(other.Categories.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Steps.Length, Steps.FirstOrDefault(), Image, Fill);
}
