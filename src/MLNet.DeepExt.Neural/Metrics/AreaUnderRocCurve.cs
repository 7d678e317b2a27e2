using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The chance that of two rows, one of class 1 and one of class 0, drawn by their weights, the one of class 1 has the higher output;
/// equal outputs count half. It is the area under the curve of true over false positives, and NaN where a class has no rows.
/// </summary>
/// <remarks>
/// Of two classes, or of a single label, with a yes above 0.5. It keeps the outputs of all rows (12 bytes each) and is exact. Source:
/// J. A. Hanley and B. J. McNeil, The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve,
/// Radiology 143 (1982).
/// </remarks>
public sealed record AreaUnderRocCurve : Metric
{
    /// <inheritdoc/>
    public override string Name => "area under ROC curve";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Ranking;

    internal override string? FaultOf(int outputs, int targetWidth)
    {
        if (targetWidth > 0 && FaultOfNumbers(outputs, targetWidth) is { } fault)
            return fault;
        int most = targetWidth == 0 ? 2 : 1;
        return outputs > most ? $"it is of a single yes or no but the network has {outputs} outputs; leave it out" : null;
    }

    internal override Measurement Begin(int outputs, int targetWidth) => new Ranking();

    private sealed class Ranking : Measurement
    {
        private readonly List<Entry> _entries = [];
        private bool _isSorted;

        public override double Value
        {
            get
            {
                if (!_isSorted)
                    _entries.Sort();
                _isSorted = true;
                double ordered = 0, yes = 0, no = 0;
                for (int i = 0; i < _entries.Count;)
                {
                    float output = _entries[i].Output;
                    double yesHere = 0, noHere = 0;
                    for (; i < _entries.Count && _entries[i].Output == output; i++)
                    {
                        if (_entries[i].IsYes)
                            yesHere += _entries[i].Weight;
                        else
                            noHere += _entries[i].Weight;
                    }

                    ordered += yesHere * (no + noHere / 2);
                    yes += yesHere;
                    no += noHere;
                }

                return ordered / (yes * no);
            }
        }

        public override void Clear()
        {
            _entries.Clear();
            _isSorted = false;
        }

        public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            float label = target.Values is { } values ? values.Row(row)[0] : target.Classes[row];
            if (float.IsNaN(label))
                return;
            _entries.Add(new Entry(outputs[^1], Decision.IsYes(label), (float)weight));
            _isSorted = false;
        }
    }

    // Equal ones change places unnoticed: nothing depends on how rows came.
    private readonly record struct Entry(float Output, bool IsYes, float Weight) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => (Output, IsYes, Weight).CompareTo((other.Output, other.IsYes, other.Weight));
    }
}
