using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// The validation values of each epoch of one training, and the states of its <see cref="ReduceOnPlateau"/> schedules after these epochs, so
/// that each schedule reads every epoch once, and not in every step.
/// </summary>
/// <remarks>
/// A state is stored only for values in the memory of this object, whose content never changes. If a schedule passes other values to a
/// <see cref="ReduceOnPlateau"/>, such as smoothed ones, each factor is computed from all values.
/// </remarks>
internal sealed class PlateauStates
{
    private const int FirstLength = 64;

    private readonly Dictionary<(ReduceOnPlateau Schedule, int First), PlateauState> _states = [];
    private double[] _costs = []; // (epochs, at least)
    private int _epochs;

    /// <summary>(epochs): the values so far; lower is better.</summary>
    public ReadOnlyMemory<double> Validated => _costs.AsMemory(0, _epochs);

    /// <summary>Adds the value of an epoch.</summary>
    /// <param name="cost">The value; lower is better.</param>
    public void Add(double cost)
    {
        if (_costs.Length == _epochs)
            Array.Resize(ref _costs, Math.Max(FirstLength, 2 * _epochs));
        _costs[_epochs++] = cost;
    }

    /// <summary>
    /// Returns the latest stored state of the schedule for these values or the first of them; the initial state if there is none.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="validated">The values that the schedule reads.</param>
    public PlateauState Of(ReduceOnPlateau schedule, ReadOnlyMemory<double> validated) =>
        FirstOf(validated) is { } first && _states.TryGetValue((schedule, first), out PlateauState state) && state.Epochs <= validated.Length
            ? state
            : PlateauState.Beginning;

    /// <summary>Stores the state after these values, if they are in the memory of this object.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="validated">The values that the schedule read.</param>
    /// <param name="state">The state after them.</param>
    public void Keep(ReduceOnPlateau schedule, ReadOnlyMemory<double> validated, in PlateauState state)
    {
        if (FirstOf(validated) is { } first)
            _states[(schedule, first)] = state;
    }

    // The index of the first of these values; null if they are not in the memory of this object.
    private int? FirstOf(ReadOnlyMemory<double> validated) =>
        MemoryMarshal.TryGetArray(validated, out ArraySegment<double> segment) && ReferenceEquals(segment.Array, _costs) ? segment.Offset : null;
}
