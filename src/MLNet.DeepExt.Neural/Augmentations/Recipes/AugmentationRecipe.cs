using System.Collections.Immutable;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// What is done to the rows that a network learns from, differently in every epoch: step by step in this order, and at last what mixes rows with
/// others. Immutable: each method gives a recipe with one step more. <see cref="Augment"/> begins one.
/// </summary>
/// <remarks>
/// What becomes of a row is a function of the seed, the epoch and the number of the row alone, and of the rows that share its batch where
/// it is mixed with one of them. Movements that follow one another are carried out at once, by bilinear sampling, up to an elastic
/// distortion, which is best the last of them. What is outside of the picture is like the pixels at its edges, or <see cref="Fill"/>.
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

    /// <summary>The recipe of no steps.</summary>
    public static AugmentationRecipe Empty { get; } = new();

    /// <summary>The steps, in order.</summary>
    public ImmutableArray<Augmentation> Steps { get; init; } = [];

    /// <summary>How rows are pictures. Null, the default: they are none, or the caller gives their shape.</summary>
    public ImageShape? Image { get; init; }

    /// <summary>What is outside of a picture, finite. Null, the default, repeats the pixels at its edges.</summary>
    public float? Fill { get; init; }

    /// <summary>
    /// Which features are the slots of a category, in ascending order; noise leaves these alone or takes them as one. Default none.
    /// </summary>
    public ImmutableArray<SlotRange> Categories { get; init; } = [];

    /// <summary>Whether rows must be pictures.</summary>
    public bool NeedsImages => FirstOfImages is not null;

    /// <summary>Whether rows are mixed with others of their batch.</summary>
    public bool MixesRows => Mixing.Any();

    /// <summary>Whether targets are mixed, so that classes become probabilities.</summary>
    public bool MixesTargets => Mixing.Any(step => step.MixesTargets);

    private Augmentation? FirstOfImages => Steps.FirstOrDefault(step => step is RowAugmentation { NeedsImage: true });

    internal IEnumerable<MixingAugmentation> Mixing => Steps.OfType<MixingAugmentation>();

    /// <summary>Mirrors left and right.</summary>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Flip(double probability = 0.5) => With(new HorizontalFlip { Probability = probability });

    /// <summary>Mirrors top and bottom.</summary>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe FlipVertically(double probability = 0.5) => With(new VerticalFlip { Probability = probability });

    /// <summary>Shows a part of a random size at a random place; see <see cref="Augmentations.Zoom"/>.</summary>
    /// <param name="minimum">The least size, as a share of height and width; above 0.</param>
    /// <param name="maximum">The greatest size; above 1 shows what is outside.</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Zoom(float minimum, float maximum, double probability = 1) =>
        With(new Zoom(minimum, maximum) { Probability = probability });

    /// <summary>Turns about the middle.</summary>
    /// <param name="degrees">At most so far either way, in (0, 180].</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Rotate(float degrees, double probability = 1) => With(new Rotation(degrees) { Probability = probability });

    /// <summary>Moves to the side and up or down.</summary>
    /// <param name="share">At most by this share of width and height, in (0, 1).</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Shift(float share, double probability = 1) => With(new Shift(share) { Probability = probability });

    /// <summary>Slants.</summary>
    /// <param name="degrees">At most so far either way, in (0, 90).</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Shear(float degrees, double probability = 1) => With(new Shear(degrees) { Probability = probability });

    /// <summary>Distorts elastically; see <see cref="ElasticDistortion"/>.</summary>
    /// <param name="alpha">How far, in pixels, above 0; 34 for digits of 28 pixels.</param>
    /// <param name="sigma">How much alike neighbours move, in pixels; 4 for digits of 28 pixels.</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Distort(float alpha, float sigma, double probability = 1) =>
        With(new ElasticDistortion(alpha, sigma) { Probability = probability });

    /// <summary>Adds a normal number to every feature.</summary>
    /// <param name="deviation">Its deviation, in units of the features, above 0.</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Noise(float deviation, double probability = 1) =>
        With(new GaussianNoise(deviation) { Probability = probability });

    /// <summary>Makes brighter or darker.</summary>
    /// <param name="delta">By at most so much, in units of the features, above 0.</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Brightness(float delta, double probability = 1) =>
        With(new BrightnessChange(delta) { Probability = probability });

    /// <summary>Changes the contrast, by a factor from 1 - change to 1 + change.</summary>
    /// <param name="change">In (0, 1].</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe Contrast(float change, double probability = 1) =>
        With(new ContrastChange(change) { Probability = probability });

    /// <summary>Blanks a square.</summary>
    /// <param name="side">Pixels of its side, at least 1.</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe CutOut(int side, double probability = 1) => With(new CutOut(side) { Probability = probability });

    /// <summary>Takes some features from another row; see <see cref="Augmentations.SwapNoise"/>.</summary>
    /// <param name="share">The probability of each feature, in (0, 1).</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe SwapNoise(float share, double probability = 1) => With(new SwapNoise(share) { Probability = probability });

    /// <summary>Mixes rows and their targets; see <see cref="Augmentations.MixUp"/>.</summary>
    /// <param name="alpha">Of the beta distribution that shares are drawn from, above 0.</param>
    /// <param name="probability">Of a row, in (0, 1].</param>
    public AugmentationRecipe MixUp(float alpha, double probability = 1) => With(new MixUp(alpha) { Probability = probability });

    /// <summary>A step more.</summary>
    /// <param name="step">What it does.</param>
    public AugmentationRecipe With(Augmentation step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return this with { Steps = Steps.Add(step) };
    }

    /// <summary>Says how rows are pictures.</summary>
    /// <param name="height">Pixels from top to bottom, at least 1.</param>
    /// <param name="width">Pixels from left to right, at least 1.</param>
    /// <param name="channels">Numbers of a pixel, at least 1.</param>
    /// <param name="order">Whether these stand side by side or apart.</param>
    public AugmentationRecipe OnImages(int height, int width, int channels = 1, ChannelOrder order = ChannelOrder.Last) =>
        this with { Image = new ImageShape(height, width, channels, order) };

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message says which, why and what to do.</exception>
    public void Validate()
    {
        if (Steps.IsDefault || Steps.Contains(null!) || Categories.IsDefault)
        {
            throw new ArgumentException(
                "Steps and Categories of an AugmentationRecipe must be there, without null; leave out what is not to be done.",
                nameof(Steps));
        }

        if (Steps.IsEmpty)
            throw new ArgumentException("Augmentation is there but has no steps; use null to change nothing.", nameof(Steps));
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
                    $"A category of {category.Count} slots from {category.First} on does not follow one that ends before slot {end}; ")
                    + "give categories of at least 1 slot in ascending order.", nameof(Categories));
            }

            end = (long)category.First + category.Count;
        }
    }

    /// <summary>Checks every value, and that rows are such as the steps need.</summary>
    /// <param name="width">Features of a row.</param>
    /// <exception cref="ArgumentException">Something is wrong; the message says what, why and what to do.</exception>
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
                $"Pictures of {image} have {image.Length} numbers but rows have {width} features; give OnImages the size that they have.",
                nameof(Image));
        }

        bool isDistorted = Steps.Any(augmentation => augmentation is ElasticDistortion);
        if (isDistorted && Image is { } picture && Math.Max(picture.Height, picture.Width) > ElasticDistortion.LongestSide)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Pictures of {picture} are too large to be distorted; make their sides at most {ElasticDistortion.LongestSide} pixels."),
                nameof(Image));
        }

        if (Categories is [.., var last] && (long)last.First + last.Count > width)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A category of {last.Count} slots from {last.First} on reaches beyond the {width} features of a row; leave it out."),
                nameof(Categories));
        }
    }

    /// <summary>What the steps are, such as <c>Rotation, Shift on 28 × 28 × 1</c>.</summary>
    public override string ToString()
    {
        string steps = string.Join(", ", Steps.Select(step => step.GetType().Name));
        return Image is null ? steps : $"{steps} on {Image}";
    }

    /// <summary>Whether both have equal steps, in the same order, for the same rows.</summary>
    /// <param name="other">Another recipe.</param>
    public bool Equals(AugmentationRecipe? other) =>
        other is not null && Steps.AsSpan().SequenceEqual(other.Steps.AsSpan()) && Image == other.Image && Fill.Equals(other.Fill)
        && Categories.AsSpan().SequenceEqual(other.Categories.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Steps.Length, Steps.FirstOrDefault(), Image, Fill);
}
