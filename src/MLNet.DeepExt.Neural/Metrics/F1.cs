using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The harmonic mean of precision and recall, F1 = 2·TP / (2·TP + FP + FN), TP, FP and FN being sums of weights: of rows that are of
/// a class and said to be, that are not but said to be, and that are but not said to be.
/// </summary>
/// <remarks>
/// Of classes, the likeliest one is said; of labels, those above 0.5. As in scikit-learn's f1_score it is 0 where nothing is a yes
/// and nothing is said to be; a class, not a label, of which that holds is left out of the macro average, and so is a label that is
/// missing (NaN) in every row. The micro average over classes is the accuracy.
/// </remarks>
public sealed record F1 : Metric
{
    /// <summary>How classes or labels are put together. Default <see cref="Averaging.Macro"/>.</summary>
    public Averaging Averaging { get; init; }

    /// <inheritdoc/>
    public override string Name => Averaging switch
    {
        Averaging.Macro => "macro F1",
        Averaging.Micro => "micro F1",
        _ => "F1",
    };

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    internal override string? FaultOf(int outputs, int targetWidth)
    {
        if (targetWidth > 0 && FaultOfNumbers(outputs, targetWidth) is { } fault)
            return fault;
        int most = targetWidth == 0 ? 2 : 1;
        return Averaging == Averaging.Binary && outputs > most
            ? $"it is of a single yes or no but the network has {outputs} outputs; use Averaging.Macro or Averaging.Micro"
            : null;
    }

    internal override Measurement Begin(int outputs, int targetWidth) =>
        new Counts(Averaging, targetWidth == 0 ? Math.Max(2, outputs) : outputs, areClasses: targetWidth == 0);

    private sealed class Counts(Averaging averaging, int labels, bool areClasses) : Measurement
    {
        private readonly double[] _right = new double[labels];  // yes that are said to be
        private readonly double[] _wrong = new double[labels];  // no that are said to be yes
        private readonly double[] _missed = new double[labels]; // yes that are not said to be
        private readonly bool[] _known = new bool[labels];     // labels that some row has
        private bool _isEmpty = true;

        public override double Value => _isEmpty ? double.NaN : averaging switch
        {
            Averaging.Macro => MeanOfAll(),
            Averaging.Micro => Of(_right.Sum(), _wrong.Sum(), _missed.Sum()),
            _ => Of(_right[^1], _wrong[^1], _missed[^1]),
        };

        public override void Clear()
        {
            _right.AsSpan().Clear();
            _wrong.AsSpan().Clear();
            _missed.AsSpan().Clear();
            _known.AsSpan().Clear();
            _isEmpty = true;
        }

        public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            if (areClasses)
                AddClass(Decision.ClassOf(outputs), target.Classes[row], weight);
            else
                AddLabels(outputs, target.Values!.Row(row), weight);
        }

        private static double Of(double right, double wrong, double missed) =>
            right > 0 ? 2 * right / (2 * right + wrong + missed) : 0;

        private void AddClass(int said, int label, double weight)
        {
            _isEmpty = false;
            if (said == label)
            {
                _right[label] += weight;
                return;
            }

            _wrong[said] += weight;
            _missed[label] += weight;
        }

        private void AddLabels(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double weight)
        {
            for (int j = 0; j < targets.Length; j++)
            {
                if (float.IsNaN(targets[j]))
                    continue;
                _isEmpty = false;
                _known[j] = true;
                bool isSaid = Decision.IsYes(outputs[j]), isYes = Decision.IsYes(targets[j]);
                if (isSaid && isYes)
                    _right[j] += weight;
                else if (isSaid)
                    _wrong[j] += weight;
                else if (isYes)
                    _missed[j] += weight;
            }
        }

        private double MeanOfAll()
        {
            double sum = 0;
            int count = 0;
            for (int j = 0; j < labels; j++)
            {
                if (areClasses ? _right[j] + _wrong[j] + _missed[j] == 0 : !_known[j])
                    continue;
                sum += Of(_right[j], _wrong[j], _missed[j]);
                count++;
            }

            return sum / count;
        }
    }
}
