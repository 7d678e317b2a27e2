using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Does to rows what a recipe says, but for what needs other rows. It has memory of its own: one for each thread.</summary>
public sealed class RowAugmenter
{
    private readonly RowAugmentation[] _steps;
    private readonly Canvas _canvas;
    private readonly int _width;

    /// <summary>Prepares for rows of a width.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="width">Features of a row, from 1 to as many as an array holds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is out of that range.</exception>
    /// <exception cref="ArgumentException">The recipe does not fit such rows.</exception>
    public RowAugmenter(AugmentationRecipe recipe, int width)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Array.MaxLength);
        recipe.ValidateFor(width);
        _width = width;
        _steps = [.. recipe.Steps.OfType<RowAugmentation>()];
        _canvas = new Canvas(width, recipe.Image, recipe.Fill, new FeatureUnits(width, recipe.Categories));
    }

    /// <summary>Augments a row.</summary>
    /// <param name="row">(features).</param>
    /// <param name="destination">(features): receives the augmented row; may be the same memory.</param>
    /// <param name="random">What is drawn from, for this row and epoch alone; the same gives the same.</param>
    /// <exception cref="ArgumentException">A span is not of the width that this was made for.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Augment(ReadOnlySpan<float> row, Span<float> destination, CounterRandom random)
    {
        RequireWidth(row.Length, nameof(row));
        RequireWidth(destination.Length, nameof(destination));
        _canvas.Load(row);
        for (int i = 0; i < _steps.Length; i++)
        {
            RowAugmentation step = _steps[i];
            // Of its own for every step, so that what one draws does not move what another one does.
            var sequence = new RandomSequence(random.Derive((ulong)i));
            if (step.Probability == 1 || sequence.Uniform() < step.Probability)
                step.Apply(_canvas, ref sequence);
        }

        _canvas.Values.CopyTo(destination);
    }

    private void RequireWidth(int length, string name)
    {
        if (length != _width)
            throw new ArgumentException($"The span {name} has {length} numbers but rows have {_width} features; they must be equal.", name);
    }
}
