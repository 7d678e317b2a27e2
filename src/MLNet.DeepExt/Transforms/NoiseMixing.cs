using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Transforms;

/// <summary>Adds noise to vectors, as <see cref="MixWithNoiseEstimator"/> describes.</summary>
internal sealed class NoiseMixing(NoiseRows noise, MixWithNoiseEstimator.Options options, int seed) : ColumnChange<VBuffer<float>>
{
    /// <summary>Stretches of noise that are drawn for a row before it stays clean because all of them are silent.</summary>
    internal const int MostDraws = 100;

    private const ulong Stream = 0x4E6F697365; // a name that no other use of the seed has: "Noise"

    // What is drawn for a version of a row, each under a number of its own.
    private const ulong WhetherDraw = 0;
    private const ulong RatioDraw = 1;
    private const ulong FirstStretchDraw = 2;

    private readonly CounterRandom _random = new CounterRandom((ulong)seed).Derive(Stream);

    public override void Check(IExceptionContext context, DataViewSchema.Column input) => CheckColumn(context, input);

    /// <summary>Refuses a column that no noise can be added to.</summary>
    public static void CheckColumn(IExceptionContext context, DataViewSchema.Column input)
    {
        if (input.Type is not VectorDataViewType { ItemType: var item } || !item.Equals(NumberDataViewType.Single))
        {
            throw context.WrongColumnType(
                "inputSchema", "input", input, MixWithNoiseEstimator.InputTypes, SchemaFaults.AsFitted);
        }

        if (CategoricalSlots.Of(input).Count > 0)
        {
            throw context.UnfitColumns(
                "inputSchema",
                $"Column '{input.Name}' has slots of categories, to which noise cannot be added; mix the numbers with noise before they " +
                "are concatenated with categories.");
        }
    }

    private protected override IRowChanger<VBuffer<float>> CreateChanger() => new Changer(noise, options, _random);

    private sealed class Changer(NoiseRows noise, MixWithNoiseEstimator.Options options, CounterRandom seeded) : IRowChanger<VBuffer<float>>
    {
        private float[] _stretch = [];

        public void Change(long row, int copy, in VBuffer<float> input, ref VBuffer<float> output)
        {
            CounterRandom random = seeded.Derive((ulong)row).Derive((ulong)copy);
            double power = SquaredSum(input.GetValues());
            if (random.Uniform(WhetherDraw) >= options.Probability || power is 0 || !double.IsFinite(power)
                || !TryDraw(random, input.Length, out ReadOnlySpan<float> stretch, out double noisePower))
            {
                input.CopyTo(ref output);
                return;
            }

            // Both are sums over as many values as the other, so that their ratio is that of the means.
            double decibels = options.MinimumSnrDb + (options.MaximumSnrDb - options.MinimumSnrDb) * random.Uniform(RatioDraw);
            double gain = Math.Sqrt(power / (noisePower * Math.Pow(10, decibels / 10)));
            VBufferEditor<float> editor = VBufferEditor.Create(ref output, input.Length);
            Span<float> values = editor.Values;
            input.CopyTo(values);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(values[i] + gain * stretch[i]);
            output = editor.Commit();
        }

        private static double SquaredSum(ReadOnlySpan<float> values)
        {
            double sum = 0;
            foreach (float value in values)
                sum += (double)value * value;
            return sum;
        }

        // A row that is not silent may have stretches that are.
        private bool TryDraw(CounterRandom random, int length, out ReadOnlySpan<float> stretch, out double power)
        {
            for (ulong draw = FirstStretchDraw; draw < FirstStretchDraw + 2 * MostDraws; draw += 2)
            {
                float[] row = noise[random.Below(noise.Count, draw)];
                stretch = row.Length >= length
                    ? row.AsSpan(random.Below(row.Length - length + 1, draw + 1), length)
                    : Repeated(row, random.Below(row.Length, draw + 1), length);
                power = SquaredSum(stretch);
                if (power > 0)
                    return true;
            }

            stretch = default;
            power = 0;
            return false;
        }

        private ReadOnlySpan<float> Repeated(float[] row, int offset, int length)
        {
            if (_stretch.Length < length)
                _stretch = new float[length];
            Span<float> stretch = _stretch.AsSpan(0, length);
            for (int i = 0; i < stretch.Length; i++)
            {
                stretch[i] = row[offset];
                offset = offset + 1 < row.Length ? offset + 1 : 0;
            }

            return stretch;
        }
    }
}
