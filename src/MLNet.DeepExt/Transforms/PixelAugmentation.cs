using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Transforms;

/// <summary>Augments vectors, as <see cref="AugmentImagesEstimator"/> describes.</summary>
internal sealed class PixelAugmentation(AugmentationRecipe recipe, int seed) : ColumnChange<VBuffer<float>>
{
    /// <summary>What is drawn for one version of a row.</summary>
    public static CounterRandom RandomOf(int seed, long row, int copy) =>
        new CounterRandom((ulong)seed).Derive((ulong)row).Derive((ulong)copy);

    public override void Check(IExceptionContext context, DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType { Size: > 0 and var size } type || !type.ItemType.Equals(NumberDataViewType.Single))
        {
            throw context.WrongColumnType(
                "inputSchema", "input", input, AugmentImagesEstimator.InputTypes, SchemaFaults.AsFitted);
        }

        try
        {
            recipe.ValidateFor(size);
        }
        catch (ArgumentException exception)
        {
            throw context.Process(exception);
        }
    }

    private protected override IRowChanger<VBuffer<float>> CreateChanger() => new Changer(recipe, seed);

    private sealed class Changer(AugmentationRecipe recipe, int seed) : IRowChanger<VBuffer<float>>
    {
        private RowAugmenter? _augmenter;

        public void Change(long row, int copy, in VBuffer<float> input, ref VBuffer<float> output)
        {
            _augmenter ??= new RowAugmenter(recipe, input.Length);
            VBufferEditor<float> editor = VBufferEditor.Create(ref output, input.Length);
            input.CopyTo(editor.Values);
            _augmenter.Augment(editor.Values, editor.Values, RandomOf(seed, row, copy));
            output = editor.Commit();
        }
    }
}
