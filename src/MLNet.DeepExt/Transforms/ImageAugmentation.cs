using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;
using MLNet.DeepExt.Neural.Augmentations;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Augments images of ML.NET, as <see cref="AugmentImagesEstimator"/> describes. Their type is named in methods alone, not in what this
/// derives from, so that it is looked for only where a program has images.
/// </summary>
internal sealed class ImageAugmentation(AugmentationRecipe recipe, int seed) : ColumnChange
{
    public override void Check(IExceptionContext context, DataViewSchema.Column input)
    {
        if (!ImageColumns.AreOf(input.Type))
        {
            throw context.WrongColumnType(
                "inputSchema", "input", input, AugmentImagesEstimator.InputTypes, SchemaFaults.AsFitted);
        }

        if (!recipe.Categories.IsEmpty)
        {
            throw context.Process(new ArgumentException(
                "Recipe has Categories but images have none; leave them out.",
                nameof(AugmentImagesEstimator.Options.Recipe)));
        }
    }

    public override Delegate CreateGetter(DataViewRow source, DataViewSchema.Column input, IVersionPlace place)
    {
        ValueGetter<MLImage> getter = source.GetGetter<MLImage>(input);
        var augmenter = new ImageAugmenter(recipe);
        MLImage image = null!, made = null!;
        long row = -1;
        ValueGetter<MLImage> augmented = (ref MLImage value) =>
        {
            // Images that a program made stay its own; those that were made here are released, as others who make images do.
            if (ReferenceEquals(value, made))
                made?.Dispose();
            // Once for all versions, of which none is the image itself: a reader may release what he was given.
            if (place.Row != row)
                getter(ref image);
            row = place.Row;
            value = made = image is null ? null!
                : place.Copy == 0 ? ImageAugmenter.Copy(image)
                : augmenter.Augment(image, PixelAugmentation.RandomOf(seed, row, place.Copy));
        };
        return augmented;
    }
}
