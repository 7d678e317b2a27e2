namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Marks layers that, standing first, read rows whose zeros are left out.</summary>
internal interface IReadsSparseRows;
