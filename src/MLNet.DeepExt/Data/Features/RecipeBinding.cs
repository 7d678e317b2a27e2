using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Augmentations;

namespace MLNet.DeepExt.Data;

/// <summary>Tells a recipe what a column says of its features: which are the slots of a category, and how they are a picture.</summary>
internal static class RecipeBinding
{
    private const int MostChannels = 4; // red, green, blue, and how opaque

    /// <summary>The recipe for the column.</summary>
    /// <param name="recipe">What a user gave; what it says itself remains.</param>
    /// <param name="features">A vector of a known size.</param>
    /// <exception cref="ArgumentException">The recipe does not fit the column.</exception>
    public static AugmentationRecipe Bind(AugmentationRecipe recipe, DataViewSchema.Column features)
    {
        var type = (VectorDataViewType)features.Type;
        AugmentationRecipe bound = recipe with
        {
            Image = recipe.Image ?? (recipe.NeedsImages ? ShapeOf(type.Dimensions) : null),
            Categories = recipe.Categories.IsEmpty
                ? [.. CategoricalSlots.Of(features).Select(range => new SlotRange(range.First, range.Count))]
                : recipe.Categories,
        };
        bound.ValidateFor(type.Size);
        return bound;
    }

    // A vector of one dimension does not say how it is a picture, nor do three that could be either way round: ImageFeatures puts channels
    // last, ML.NET's ExtractPixels puts them first unless it is told to interleave them.
    private static ImageShape? ShapeOf(ImmutableArray<int> dimensions) => dimensions switch
    {
        [var height, var width] => new ImageShape(height, width),
        [var height, var width, <= MostChannels and var channels] when height > MostChannels => new ImageShape(height, width, channels),
        [<= MostChannels and var channels, var height, var width] when width > MostChannels =>
            new ImageShape(height, width, channels, ChannelOrder.First),
        _ => null,
    };
}
