using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Applies the steps of a recipe to rows, except steps that mix rows. It has work areas, so use one instance per thread.</summary>
public sealed class RowAugmenter
{
    private readonly RowAugmentation[] _steps;
    private readonly Canvas _canvas;
    private readonly int _width;

    /// <summary>Creates an augmenter for rows of a width.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="width">The number of features of a row, from 1 to the maximum length of an array.</param>
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
    /// <param name="random">The random numbers of this row and epoch. Equal numbers give equal results.</param>
    /// <exception cref="ArgumentException">The length of a span differs from the width of the augmenter.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Augment(ReadOnlySpan<float> row, Span<float> destination, CounterRandom random)
    {
        RequireWidth(row.Length, nameof(row));
        RequireWidth(destination.Length, nameof(destination));
        _canvas.Load(row);
        for (int i = 0; i < _steps.Length; i++)
        {
            RowAugmentation step = _steps[i];
            // Each step has separate random numbers, so the draws of one step do not change those of another.
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
